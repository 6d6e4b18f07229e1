namespace Proxify.Configuration;

/// <summary>An app names nothing twice of what it takes.</summary>
internal static class ServerNameRules
{
    /// <param name="app">The app.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="errors">Takes the errors.</param>
    public static void Check(AppConfig app, string path, ErrorList errors)
    {
        var names = $"{path}.{AppOptions.ServerNames.Name}";
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < app.ServerNames?.Count; i++)
        {
            if (app.ServerNames[i] is { } name && AppOptions.ServerNames.IsGood(name) && !seen.TryAdd(ServerNameText.Normalize(name), i))
                errors.Add($"{names}[{i}]", $"{Quoted.Text(name)} is already given by {names}[{seen[ServerNameText.Normalize(name)]}]");
        }

        AlpnRules.Check(app.ApplicationProtocols, $"{path}.{AppOptions.ApplicationProtocols.Name}", errors);
    }
}
