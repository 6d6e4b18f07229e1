using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>Reads a config from JSON text.</summary>
public static class ConfigReader
{
    /// <summary>
    /// Reads and validates. Every error is reported at once, each with its line, column and path; of a text that is not JSON, the first syntax error.
    /// </summary>
    /// <param name="utf8">
    /// JSON in UTF-8. Comments, trailing commas and a byte order mark are allowed; unknown and duplicate keys are errors. At most 64 levels and 1,000,000
    /// values.
    /// </param>
    /// <returns>The config, or at most 1,000 errors in the order of the text. Nothing is thrown, whatever the text.</returns>
    public static ConfigResult Read(ReadOnlySpan<byte> utf8)
    {
        var root = ConfigParser.Parse(utf8, out var syntaxError);
        if (root is null)
            return new ConfigResult(null, [syntaxError!]);

        var errors = new ErrorList();
        var binder = new ConfigBinder(errors);
        var config = RootOptions.Section.Bind(new ProxyConfig { Apps = null! }, root, "", binder);
        if (root.Kind != JsonValueKind.Object)
            binder.Unreadable.Add(RootOptions.Apps.Name);

        foreach (var error in ConfigValidator.Validate(config))
        {
            if (!binder.Unreadable.Contains(error.Path))
                errors.Add(error.Path, error.Message, root.Nearest(error.Path).At);
        }

        var sorted = errors.Sorted();
        return new ConfigResult(sorted.Count == 0 ? config : null, sorted) { Root = root };
    }
}
