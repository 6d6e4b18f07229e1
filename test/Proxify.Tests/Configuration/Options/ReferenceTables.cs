using System.Text.Json;
using System.Text.RegularExpressions;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>The tables of docs/configuration.md, each behind a comment that names its section.</summary>
internal static partial class ReferenceTables
{
    private const string Header = "| key | value | default | meaning |\n| --- | --- | --- | --- |\n";

    /// <summary>The page with its tables as the declarations have them.</summary>
    public static string In(string page) => Table().Replace(page, match => $"<!-- options: {match.Groups[1].Value} -->\n\n{Header}{Rows(match.Groups[1].Value)}");

    public static IEnumerable<string> NamesIn(string page) => Table().Matches(page).Select(match => match.Groups[1].Value);

    private static string Rows(string name) => string.Concat(Options(name).Select(Row));

    /// <summary>One table has the limits of the file and of an app.</summary>
    private static IEnumerable<IOption> Options(string name) => name == "Limits"
        ? AppLimitsOptions.Section.Options.UnionBy(ProxyLimitsOptions.Section.Options, option => option.Name)
        : Declared.Sections.Single(section => section.Name == name).Section.Options;

    private static string Row(IOption option) => $"| `{option.Name}` | {Value(option)} | {Default(option)} | {option.Meaning} |\n";

    private static string Value(IOption option) => option switch
    {
        IListOption list => $"array of {Link(list.Items)}{(list.MayBeEmptyInFile ? "" : ", at least one")}"
            + (list.Most < int.MaxValue ? $", up to {list.Most:N0}" : ""),
        { Type: FlagType } => "`true` or `false`",
        { Type: DurationType type } => $"`\"{Duration.Format(type.Least)}\"` to `\"{Duration.Format(type.Most)}\"`{(type.CanBeOff ? ", or `\"off\"`" : "")}",
        { Type: CountType { CanBeOff: true } type } => $"whole number {type.Range}, or `\"off\"`",
        { Type: WholeNumberType type } => $"whole number {type.Range}",
        { Type: NumberChoiceType type } => type.Expected,
        { Type: ShareType } => "number 0-1",
        { Type: BytesType type } => $"text, {(type.Least > 0 ? $"{type.Least} to" : "up to")} {type.Most:N0} bytes",
        { Type: AddressType } => "IP address",
        { Type: RateType } => "a [rate](#rates), or `\"off\"`",
        { Type: MemoryType type } => $"`\"{ByteSize.Format(type.Least)}\"` to `\"{ByteSize.Format(type.Most)}\"`, whole `KiB`, `MiB` or `GiB`",
        { Type: TextType type } => type.What,
        { Type: NameType } => "text, not empty, no control characters",
        { Type: ISection section } => Link(Declared.NameOf(section)),
        TargetAddressOption => "text",
        DialSourceOption => $"`\"{DialSourceOption.Client}\"`, address, network, or array of those",
        SentHeaderOption => $"`\"v1\"`, `\"v2\"` or {Link("SendProxyProtocol")}",
        DefaultAppOption => "name of an app, or `null`",
        SchemaOption => "anything",
        _ when Declared.WordsOf(option) is { } words => $"{string.Join(", ", words.SkipLast(1).Select(Code))} or {Code(words[^1])}",
        _ => throw new NotSupportedException($"{option.Name}: say here how {option.Type} is written in the reference."),
    };

    private static string Default(IOption option)
    {
        if (option.IsRequired)
            return "required";

        var value = Declared.DefaultOf(option) is { } written ? $"`{JsonSerializer.Serialize(written)}`" : null;
        return value is null ? option.Absent ?? "" : option.Absent is null ? value : $"{value}: {option.Absent}";
    }

    private static string Code(string word) => $"`\"{word}\"`";

    private static string Link(string what) => what switch
    {
        "apps" or "targets" => $"[{what}](#{what})",
        "Sources" or "Timeouts" or "Limits" or "Health" or "Requests" or "Cache" => $"[{what.ToLowerInvariant()}](#{what.ToLowerInvariant()})",
        "LengthPrefix" => "[length prefix](#length-prefix)",
        "Line" => "[line](#line)",
        "AppLimits" => "[limits](#limits)",
        "Tls" or "TargetTls" => $"[{what}](#{(what == "Tls" ? "tls" : "tls-to-targets")})",
        "ProxyProtocol" => "[PROXY protocol](#proxy-protocol)",
        "SendProxyProtocol" => "an [object](#what-targets-are-told-besides)",
        "ClientCertificates" => "[client certificates](#client-certificates)",
        "certificates" => "[certificates](#certificates)",
        "Resolver" => "[resolver](#names)",
        "Admin" => "[admin](#admin)",
        "AccessLog" => "[access log](#access-log)",
        "SourcePrefix" => "[prefix lengths](#sources-of-limits)",
        _ => what,
    };

    [GeneratedRegex(@"<!-- options: (\w+) -->\n\n(?:\|.*\n)*", RegexOptions.None, 1000)]
    private static partial Regex Table();
}
