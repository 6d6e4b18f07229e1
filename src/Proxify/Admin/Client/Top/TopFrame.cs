using Proxify.Program.Admin.Views;

namespace Proxify.Program.Admin.Client.Top;

/// <summary>What was asked for at a moment.</summary>
/// <param name="At">When: <see cref="TimeProvider.GetTimestamp"/>.</param>
/// <param name="Status">The proxy.</param>
/// <param name="Apps">Its apps.</param>
/// <param name="Targets">Their targets.</param>
/// <param name="Sessions">The oldest ones; empty unless they are shown.</param>
internal sealed record TopFrame(
    long At, StatusView Status, IReadOnlyList<AppView> Apps, IReadOnlyList<TargetView> Targets, SessionPage Sessions)
{
    public static async Task<TopFrame> AskAsync(AdminClient client, bool sessions, CancellationToken stop) => new(
        TimeProvider.System.GetTimestamp(),
        await client.GetAsync("/v1/status", AdminJson.Api.StatusView, stop),
        await client.GetAsync("/v1/apps", AdminJson.Api.IReadOnlyListAppView, stop),
        await client.GetAsync("/v1/targets", AdminJson.Api.IReadOnlyListTargetView, stop),
        sessions ? await client.GetAsync("/v1/sessions?limit=1000", AdminJson.Api.SessionPage, stop) : new SessionPage(0, []));
}
