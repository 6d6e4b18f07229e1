using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>Why listeners could not be opened: a line for each cause, not for each of its victims.</summary>
internal static class ListenProblems
{
    public static IReadOnlyList<string> Describe(IEnumerable<ListenException> failures) =>
        [.. failures.GroupBy(f => f.Reason, StringComparer.Ordinal).Select(Describe)];

    private static string Describe(IGrouping<string, ListenException> sameCause)
    {
        var endpoints = sameCause.Select(f => f.Endpoint).ToList();
        return endpoints.Count == 1
            ? sameCause.Single().Message
            : $"cannot listen on {endpoints.Count} endpoints ({EndpointRanges.Text(endpoints)}): {sameCause.Key}";
    }
}
