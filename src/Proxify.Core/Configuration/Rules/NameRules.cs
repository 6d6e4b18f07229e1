namespace Proxify.Configuration;

/// <summary>Each app has a name of its own, and the default app is one of them.</summary>
internal static class NameRules
{
    public static void Check(ProxyConfig config, ErrorList errors)
    {
        CheckUnique(config.Apps, errors);
        CheckDefaultApp(config, errors);
    }

    private static void CheckUnique(IReadOnlyList<AppConfig> apps, ErrorList errors)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < apps.Count; i++)
        {
            if (apps[i]?.Name is { } name && AppOptions.Name.IsGood(name) && !names.TryAdd(name, i))
                errors.Add($"Apps[{i}].{AppOptions.Name.Name}", $"the name {Quoted.Text(name)} is already used by Apps[{names[name]}]");
        }
    }

    private static void CheckDefaultApp(ProxyConfig config, ErrorList errors)
    {
        // When a name is missing (which is an error already), nobody can say that this one does not exist.
        if (config.DefaultApp.Kind != DefaultAppKind.App || config.Apps.Any(app => app?.Name is null))
            return;

        var name = config.DefaultApp.Name ?? "";
        if (config.Apps.All(app => app.Name != name))
        {
            var nearest = NearestName.Find(name, config.Apps.Select(app => app.Name));
            errors.Add("DefaultApp", $"no app is named {Quoted.Text(name)}{(nearest is null ? "" : $"; did you mean {Quoted.Text(nearest)}?")}");
        }
    }
}
