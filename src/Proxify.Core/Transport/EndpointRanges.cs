using System.Globalization;
using System.Text;

namespace Proxify.Transport;

/// <summary>Many endpoints in a few words.</summary>
internal static class EndpointRanges
{
    private const int MostShown = 8;

    /// <summary>
    /// Such as <c>127.0.0.1:80, [::]:5000-5099</c>: ports in a row are one range; of many ranges the first eight, and how many ports are in the others.
    /// </summary>
    public static string Text(IEnumerable<TcpEndpoint> endpoints) =>
        Text(endpoints.GroupBy(e => e with { Port = 0 })
            .SelectMany(g => Ranges(g.Select(e => (int)e.Port)).Select(r => (Prefix: g.Key.ToString()[..^1], r.First, r.Last))));

    /// <summary>Likewise of ports alone: <c>80, 5000-5099</c>.</summary>
    public static string Text(IEnumerable<int> ports) => Text(Ranges(ports).Select(r => (Prefix: "", r.First, r.Last)));

    private static string Text(IEnumerable<(string Prefix, int First, int Last)> ranges)
    {
        var text = new StringBuilder();
        var (shown, more) = (0, 0);
        foreach (var (prefix, first, last) in ranges)
        {
            if (shown == MostShown)
            {
                more += last - first + 1;
                continue;
            }

            text.Append(shown++ == 0 ? "" : ", ").Append(prefix).Append(first);
            if (last > first)
                text.Append('-').Append(last);
        }

        return more == 0 ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $" and {more} more").ToString();
    }

    private static IEnumerable<(int First, int Last)> Ranges(IEnumerable<int> ports)
    {
        var sorted = ports.Distinct().Order().ToArray();
        for (var first = 0; first < sorted.Length;)
        {
            var last = first;
            while (last + 1 < sorted.Length && sorted[last + 1] == sorted[last] + 1)
                last++;
            yield return (sorted[first], sorted[last]);
            first = last + 1;
        }
    }
}
