using System.Net;
using Proxify.Handover;
using Proxify.Resolution;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>
/// What goes from one process to the other beside listeners and sessions, so that nobody notices the change: answers of DNS, health, spent rates.
/// </summary>
internal static class Knowledge
{
    /// <param name="model">In force.</param>
    /// <param name="write">What was changed at run time, as text.</param>
    public static HandedState OfStart(ProxyModel model, Func<Overrides, string> write) => new()
    {
        Changes = model.Overrides.Count == 0 ? null : write(model.Overrides),
        Names =
        [
            .. model.Names.Where(static name => !name.Current.IsEmpty).Select(static name => new HandedName(
                name.Host, name.IsService, [.. name.Current.Select(static a => new HandedAddress($"{a.Endpoint}", a.Weight, a.IsBackup))])),
        ],
    };

    public static HandedState OfEnd(ProxyModel model, TimeProvider timeProvider)
    {
        var now = SessionGate.Now(timeProvider);
        var spent = model.State.Buckets.Spent(now).ToLookup(static b => b.Owner, static b => new HandedSource(b.Source, b.FullAt));
        var rates = model.Apps.Select(static app => ((string?)app.Name, app.Rates)).Prepend((null, model.Rates))
            .Where(static r => r.Rates is not null)
            .Select(r => new HandedRates(r.Item1, r.Rates!.FullAt, [.. spent[r.Rates.Owner]]))
            .Where(r => r.FullAt > now || r.Sources.Count > 0);
        return new() { Targets = HealthFollower.Describe(model), Rates = [.. rates] };
    }

    /// <summary>Names that the model has, too, have answered.</summary>
    public static void Resume(ProxyRuntime runtime, IReadOnlyList<HandedName> names)
    {
        var known = names.ToDictionary(static name => (name.Host, name.IsService), static name => name.Addresses);
        foreach (var name in runtime.Current.Names)
        {
            if (known.TryGetValue((name.Host, name.IsService), out var addresses))
                name.Take(new NameAnswer([.. addresses.Select(Parse)], TimeSpan.Zero), runtime.TakeAnswer);
        }
    }

    public static void Resume(ProxyModel model, IReadOnlyList<HandedRates> rates)
    {
        foreach (var of in rates)
        {
            var buckets = of.App is null ? model.Rates : model.Apps.FirstOrDefault(app => app.Name == of.App)?.Rates;
            buckets?.Resume(of.FullAt, of.Sources.Select(static source => (source.Source, source.FullAt)));
        }
    }

    private static ResolvedAddress Parse(HandedAddress address) => new(new TcpEndpoint(IPEndPoint.Parse(address.Endpoint)), address.Weight, address.IsBackup);
}
