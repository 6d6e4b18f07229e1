using System.Net;

namespace Proxify.Configuration;

/// <summary><c>Health</c>, of the file and of an app.</summary>
internal static class HealthOptions
{
    private const int LongestBytes = 4_096;

    private static readonly DurationType Between = new("100ms", "1d");
    private static readonly DurationType Reaction = new("50ms", "1d", canBeOff: true);
    private static readonly WholeNumberType InARow = new(1, 1_000);

    public static readonly ValueOption<HealthConfig, bool> Active = new(
        nameof(Active), new FlagType(), h => h.Active, (h, value) => h with { Active = value },
        "targets are checked all the time", true);

    public static readonly ValueOption<HealthConfig, CheckType> Type = new(
        nameof(Type), ConfigWords.Checks, h => h.Type, (h, value) => h with { Type = value },
        "what a check needs for a start: an established connection, or a [TLS handshake](tls.md#health-checks) on it, as `TargetTls` of the app says; where there is none, with any certificate")
    { Absent = "`\"tls\"` in an app with `TargetTls`, unless there is a `Port` or `Address`; otherwise `\"tcp\"`" };

    public static readonly ValueOption<HealthConfig, ReadOnlyMemory<byte>> Send = new(
        nameof(Send), new BytesType(0, LongestBytes), h => h.Send, (h, value) => h with { Send = value },
        "what a check then sends", ReadOnlyMemory<byte>.Empty);

    public static readonly ValueOption<HealthConfig, ReadOnlyMemory<byte>> Expect = new(
        nameof(Expect), new BytesType(0, LongestBytes), h => h.Expect, (h, value) => h with { Expect = value },
        "what has to come, somewhere in the first 16 KiB of the answer", ReadOnlyMemory<byte>.Empty)
    { Absent = "no answer is waited for" };

    public static readonly ValueOption<HealthConfig, int> Port = new(
        nameof(Port), new PortType(), h => h.Port, (h, value) => h with { Port = value },
        "where checks connect to; required with targets that have [no port](#the-clients-port), unless `Active` is `false`")
    { Absent = "the target's" };

    public static readonly ReferenceOption<HealthConfig, IPAddress> Address = new(
        nameof(Address), new AddressType("an IP address such as \"10.0.0.1\" or \"fd00::1\""), h => h.Address, (h, value) => h with { Address = value },
        "where checks connect to")
    { Absent = "the target's" };

    public static readonly ValueOption<HealthConfig, TimeSpan> Interval = new(
        nameof(Interval), Between, h => h.Interval, (h, value) => h with { Interval = value },
        "between two checks of a target, give or take 15 %", Duration.Of("5s"));

    public static readonly ValueOption<HealthConfig, TimeSpan> FastInterval = new(
        nameof(FastInterval), Between, h => h.FastInterval, (h, value) => h with { FastInterval = value },
        "the same while its status is changing, and in the first minute after it has gone out; when it goes out, the first check comes after half of it. Not used where it is longer than `Interval`",
        Duration.Of("1s"));

    public static readonly ValueOption<HealthConfig, TimeSpan> Timeout = new(
        nameof(Timeout), new DurationType("1ms", "10m"), h => h.Timeout, (h, value) => h with { Timeout = value },
        "for one check", Duration.Of("2s"));

    public static readonly ValueOption<HealthConfig, int> Rise = new(
        nameof(Rise), InARow, h => h.Rise, (h, value) => h with { Rise = value },
        "good checks in a row until a target is up", 2);

    public static readonly ValueOption<HealthConfig, int> Fall = new(
        nameof(Fall), InARow, h => h.Fall, (h, value) => h with { Fall = value },
        "bad checks in a row until it is down. Before the first check it is up", 3);

    public static readonly ValueOption<HealthConfig, int> EjectAfter = new(
        nameof(EjectAfter), new WholeNumberType(0, 1_000), h => h.EjectAfter, (h, value) => h with { EjectAfter = value },
        "sessions' connects that fail in a row until a target is ejected. One that runs into `Connect` is enough by itself. `0`: never", 3);

    public static readonly ValueOption<HealthConfig, double> FailureRate = new(
        nameof(FailureRate), new ShareType(), h => h.FailureRate, (h, value) => h with { FailureRate = value },
        "ejects a target when this share of its connects fails", 0)
    { Absent = "off" };

    public static readonly ValueOption<HealthConfig, TimeSpan> FailureWindow = new(
        nameof(FailureWindow), Between, h => h.FailureWindow, (h, value) => h with { FailureWindow = value },
        "over which `FailureRate` is taken", Duration.Of("10s"));

    public static readonly ValueOption<HealthConfig, int> FailureTries = new(
        nameof(FailureTries), new WholeNumberType(1, 1_000_000), h => h.FailureTries, (h, value) => h with { FailureTries = value },
        "connects in `FailureWindow` before `FailureRate` says anything", 10);

    public static readonly ValueOption<HealthConfig, TimeSpan> EjectFor = new(
        nameof(EjectFor), Between, h => h.EjectFor, (h, value) => h with { EjectFor = value },
        "the first ejection; each further one takes twice as long, until the target has been good for as long as it was out", Duration.Of("10s"));

    public static readonly ValueOption<HealthConfig, TimeSpan> EjectMax = new(
        nameof(EjectMax), Between, h => h.EjectMax, (h, value) => h with { EjectMax = value },
        "the longest ejection; no shorter than `EjectFor`", Duration.Of("5m"));

    public static readonly ValueOption<HealthConfig, TimeSpan> FirstByte = new(
        nameof(FirstByte), Reaction, h => h.FirstByte, (h, value) => h with { FirstByte = value },
        "a target that leaves clients' first bytes unanswered for this long is [ejected](#silent-targets)", System.Threading.Timeout.InfiniteTimeSpan);

    public static readonly ValueOption<HealthConfig, TimeSpan> EarlyClose = new(
        nameof(EarlyClose), Reaction, h => h.EarlyClose, (h, value) => h with { EarlyClose = value },
        "a session that its target ends within this time of its connect, without having sent a byte, counts as a [failed connect](#targets-that-close-at-once)",
        System.Threading.Timeout.InfiniteTimeSpan);

    public static readonly ValueOption<HealthConfig, double> PanicBelow = new(
        nameof(PanicBelow), new ShareType(), h => h.PanicBelow, (h, value) => h with { PanicBelow = value },
        "when a smaller share of the app's targets than this is available, [all are used](#panic)", 0)
    { Absent = "when none is" };

    public static readonly ValueOption<HealthConfig, SessionsFate> OnDown = new(
        nameof(OnDown), ConfigWords.Fates, h => h.OnDown, (h, value) => h with { OnDown = value },
        "what becomes of a target's live sessions when it goes down by checks or `FirstByte`: they go on; they are reset at random moments within `DownDrain`, until it is up again; they are reset at once",
        SessionsFate.Keep);

    public static readonly ValueOption<HealthConfig, SessionsFate> OnRemove = new(
        nameof(OnRemove), ConfigWords.Fates, h => h.OnRemove, (h, value) => h with { OnRemove = value },
        "the same when a changed file, or its name's new addresses, have removed the target", SessionsFate.Keep);

    public static readonly ValueOption<HealthConfig, TimeSpan> DownDrain = new(
        nameof(DownDrain), new DurationType("1ms", "1d"), h => h.DownDrain, (h, value) => h with { DownDrain = value },
        "the time of `\"drain\"`", Duration.Of("30s"));

    public static readonly Section<HealthConfig> Section = new(
        "an object such as {\"Active\": true}", Active, Type, Send, Expect, Port, Address, Interval, FastInterval, Timeout, Rise, Fall, EjectAfter, FailureRate,
        FailureWindow, FailureTries, EjectFor, EjectMax, FirstByte, EarlyClose, PanicBelow, OnDown, OnRemove, DownDrain);
}
