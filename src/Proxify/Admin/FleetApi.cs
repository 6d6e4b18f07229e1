using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Admin;

/// <summary>The part of the admin API that is about all proxies whose config comes from the same place.</summary>
/// <param name="fleet">Null: this one knows of no others.</param>
/// <param name="server">Started.</param>
/// <param name="time">The clock.</param>
internal sealed class FleetApi(IFleet? fleet, ProxyServer server, TimeProvider time)
{
    private const int LongestName = 200;
    private const string Anybody = "the admin API";

    private static readonly (string, string) ByQuery = ("by", "who wants it, for people to know");

    private static readonly (string, string)[] MarkQuery =
    [
        ("for", "after which it ends by itself: 30m, 8h"),
        ("within", "ends the sessions it has, spread evenly over this time: 30s, 5m"),
        ByQuery,
    ];

    public IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/v1/fleet", "The proxies whose config comes from the same place, where that is etcd.",
            async call => await call.WriteAsync(await Fleet.ViewAsync(call.Gone), AdminJson.Api.FleetView))
        { Result = AdminJson.Api.FleetView },
        new("POST", "/v1/fleet/apps/{app}/targets/{target}/drain", "Has no proxy give a target new sessions.", call => MarkAsync(call, endsSessions: false))
        { Query = MarkQuery, Result = AdminJson.Api.MarkAnswer },
        new("POST", "/v1/fleet/apps/{app}/targets/{target}/disable", "Has no proxy give a target new sessions, and each end those it has.",
            call => MarkAsync(call, endsSessions: true))
        { Query = MarkQuery, Result = AdminJson.Api.MarkAnswer },
        new("POST", "/v1/fleet/apps/{app}/targets/{target}/enable", "Ends either.", EnableAsync)
        { Query = [ByQuery], Result = AdminJson.Api.MarkAnswer },
    ];

    private IFleet Fleet => fleet ?? throw AdminException.NotFound("the config of this proxy does not come from etcd: it knows of no others");

    private async Task MarkAsync(AdminCall call, bool endsSessions)
    {
        var (app, target) = (call["app"], call["target"]);
        var config = server.Config.Apps.FirstOrDefault(a => a.Name == app) ?? throw AdminException.NotFound($"no app is named {app}");
        if (config.Targets.All(t => t.Address != target))
            throw AdminException.NotFound($"app {app} has no target {target} in its config");
        var (now, holds) = (time.GetUtcNow(), call.Time("for", TimeSpan.FromSeconds(1), TimeSpan.FromDays(366)));
        var mark = new TargetMark(By(call), "", now, endsSessions, call.Time("within", TimeSpan.Zero, TimeSpan.FromDays(1)), now + holds);
        await call.WriteAsync(new MarkAnswer(true, await Fleet.MarkAsync(app, target, mark, holds, call.Gone)), AdminJson.Api.MarkAnswer);
    }

    /// <summary>Of a target that the config does not have any more, too.</summary>
    private async Task EnableAsync(AdminCall call) =>
        await call.WriteAsync(new MarkAnswer(await Fleet.UnmarkAsync(call["app"], call["target"], By(call), call.Gone), null), AdminJson.Api.MarkAnswer);

    private static string By(AdminCall call) => call.Query("by") is not { } by ? Anybody
        : by.Length <= LongestName ? by : throw AdminException.Bad($"by: expected at most {LongestName} characters, found {by.Length}");
}
