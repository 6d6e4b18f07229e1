using System.Net;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Linux;
using Proxify.Runtime;
using Proxify.Transport;
using Proxify.Transport.Net;

namespace Proxify.Hosting;

/// <summary>Whether this machine lets connections to targets come from where an app's <c>Source</c> says: asked before a config is in force.</summary>
internal static class DialSourceProblems
{
    /// <summary>Of documentation networks (RFC 5737, RFC 3849): no machine's own.</summary>
    private static readonly TcpEndpoint[] s_foreign = [new(IPAddress.Parse("192.0.2.1"), 0), new(IPAddress.Parse("2001:db8::1"), 0)];

    private const string IPv6Setting = ". A network that is local by its route needs net.ipv6.ip_nonlocal_bind";

    /// <summary>The stable id and name of the warning's event.</summary>
    public static EventId Event { get; } = new(1227, "SourceNotGiven");

    /// <summary>One line for each cause; empty: all is well.</summary>
    public static IReadOnlyList<string> Find(ProxyConfig config) =>
        Find([.. config.Apps.Where(static app => app.Source is not null).Select(static app => (app.Name, EffectiveSource.Of(app.Source)!))]);

    /// <summary>Of those sources only that the model before does not have: one that was lost since is no reason to refuse what is new.</summary>
    /// <exception cref="ProxyStartException">There are problems.</exception>
    public static void ThrowIfAny(ProxyModel next, ProxyModel? previous)
    {
        var known = (previous?.Apps ?? []).Select(static app => app.Source).ToHashSet();
        var problems = Find([.. next.Apps.Where(app => app.Source is not null && !known.Contains(app.Source)).Select(static app => (app.Name, app.Source!))]);
        if (problems.Count > 0)
            throw new ProxyStartException(problems);
    }

    private static List<string> Find(IReadOnlyList<(string App, DialSource Source)> sources)
    {
        var problems = new List<string>();
        var transparent = sources.Where(static s => s.Source.IsClient).Select(static s => s.App).ToList();
        if (transparent.Count > 0 && ForeignRefusal() is { } refusal)
            problems.Add($"{Apps(transparent)}: \"Source\": \"client\" needs the capability CAP_NET_RAW ({Errno.Describe(refusal)}). Start as root, or with AmbientCapabilities=CAP_NET_RAW in a unit, or after \"setcap cap_net_raw+ep\" on the program. With -b it is kept only if the config at the start needs it.");

        var refused = new Dictionary<(AddressRange Range, int Errno), List<string>>();
        foreach (var (app, source) in sources)
        {
            foreach (var range in source.Ranges)
            {
                if (Refusal(range) is not 0 and var errno)
                    (refused.TryGetValue((range, errno), out var apps) ? apps : refused[(range, errno)] = []).Add(app);
            }
        }

        problems.AddRange(refused.Select(static row =>
            $"{Apps(row.Value)}: cannot dial from {row.Key.Range} (Source): {Errno.Describe(row.Key.Errno)}"
            + (NeedsSetting(row.Key.Range) ? IPv6Setting : "")));
        return problems;
    }

    /// <summary>Of IPv6 a local route alone lets nobody bind (__inet6_bind() in net/ipv6/af_inet6.c).</summary>
    private static bool NeedsSetting(AddressRange range) => range is { IsIPv4: false, HostBits: > 0 };

    private static string Apps(List<string> names) => names.Count switch
    {
        1 => $"app {names[0]}",
        <= 5 => $"apps {string.Join(", ", names)}",
        _ => $"apps {string.Join(", ", names.Take(5))} and {names.Count - 5} more",
    };

    /// <summary>The errno with which an address that is not this machine's is refused; null: it is given, for each family that there is here.</summary>
    private static int? ForeignRefusal()
    {
        foreach (var endpoint in s_foreign)
        {
            if (Try(new LocalEnd(endpoint, IsForeign: true)) is not (0 or Errno.AddressFamilyNotSupported) and var errno)
                return errno;
        }

        return null;
    }

    /// <summary>Of a network the first and the last address stand for all. Zero, or why they are not given.</summary>
    private static int Refusal(AddressRange range)
    {
        var first = Try(new LocalEnd(new TcpEndpoint(range.First, 0)));
        return first != 0 ? first : Try(new LocalEnd(new TcpEndpoint(range.Last, 0)));
    }

    private static int Try(LocalEnd local)
    {
        var fd = Libc.Socket(local.Endpoint.IsIPv4 ? Libc.AfInet : Libc.AfInet6, Libc.SockStream | Libc.SockCloseOnExec);
        if (fd < 0)
            return -fd;
        var bound = LocalBinding.Bind(fd, local);
        Libc.Close(fd);
        return -bound;
    }
}
