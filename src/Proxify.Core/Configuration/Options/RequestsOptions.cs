namespace Proxify.Configuration;

/// <summary><c>Requests</c>, of the file and of an app.</summary>
internal static class RequestsOptions
{
    private static readonly DurationType Wait = new("1ms", "1h", canBeOff: true);

    public static readonly ValueOption<RequestsConfig, int> Connections = new(
        nameof(Connections), new WholeNumberType(1, 16), r => r.Connections, (r, value) => r with { Connections = value },
        "connections that the clients of a worker share, to each target. One or two serve best: what they carry goes out together", 1);

    public static readonly ValueOption<RequestsConfig, int> MostInFlight = new(
        nameof(MostInFlight), new WholeNumberType(1, 10_000), r => r.MostInFlight, (r, value) => r with { MostInFlight = value },
        "requests of one client that wait for their replies at a time: 16 at first, one more with each reply; what it sends besides is read when there are "
        + "fewer", 128);

    public static readonly ValueOption<RequestsConfig, TimeSpan> Timeout = new(
        nameof(Timeout), Wait, r => r.Timeout, (r, value) => r with { Timeout = value },
        "from sending a request to the end of its reply; longer, and its connection is given up", Duration.Of("10s"));

    public static readonly ValueOption<RequestsConfig, TimeSpan> Slow = new(
        nameof(Slow), Wait, r => r.Slow, (r, value) => r with { Slow = value },
        "a request that takes longer is logged, by the name of its command alone", System.Threading.Timeout.InfiniteTimeSpan);

    public static readonly Section<RequestsConfig> Section = new("an object such as {\"Timeout\": \"10s\"}", Connections, MostInFlight, Timeout, Slow);
}
