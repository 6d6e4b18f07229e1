namespace Proxify.Runtime;

/// <summary>Which apps another model, or the answers of names, have changed. The pool of all apps' targets is none of them.</summary>
/// <param name="Model">In force from now on.</param>
/// <param name="Added">Apps that the model before did not have.</param>
/// <param name="Changed">Apps that it had and of which this one says something else, in this model's form.</param>
/// <param name="Removed">Apps that only the model before had, in its form.</param>
/// <param name="Regrouped">Apps that may have other endpoints, because names have answered; the model is the same as before.</param>
internal sealed record RuntimeChange(ProxyModel Model, IReadOnlyCollection<AppModel> Added, IReadOnlyCollection<AppModel> Changed,
    IReadOnlyCollection<AppModel> Removed, IReadOnlyCollection<AppModel> Regrouped)
{
    /// <param name="before">Null: there was none.</param>
    /// <param name="after">Built after <paramref name="before"/>: the same app has the same state.</param>
    public static RuntimeChange Between(ProxyModel? before, ProxyModel after)
    {
        var (added, changed) = (new List<AppModel>(), new List<AppModel>());
        var gone = (before?.Apps ?? []).ToDictionary(app => app.State);
        foreach (var app in after.Apps)
        {
            if (!gone.Remove(app.State, out var was))
                added.Add(app);
            else if (was != app)
                changed.Add(app);
        }

        return new RuntimeChange(after, added, changed, gone.Values, []);
    }

    public static RuntimeChange Regroup(ProxyModel model, IReadOnlyCollection<AppModel> apps) => new(model, [], [], [], apps);
}
