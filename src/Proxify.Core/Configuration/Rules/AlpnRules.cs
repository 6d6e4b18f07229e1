namespace Proxify.Configuration;

/// <summary>No protocol is named twice.</summary>
internal static class AlpnRules
{
    public const int Most = 32;

    public static readonly string TooMany = $"protocols; expected at most {Most}";

    public static void Check(IReadOnlyList<string>? protocols, string path, ErrorList errors)
    {
        for (var i = 0; i < protocols?.Count && protocols.Count <= Most; i++)
        {
            if (protocols[i] is { } protocol && protocols.Take(i).Contains(protocol, StringComparer.Ordinal))
                errors.Add($"{path}[{i}]", $"{Quoted.Text(protocol)} is already given");
        }
    }
}
