using System.Text;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>The declared options, for tests that look at each of them.</summary>
internal static class Declared
{
    /// <summary>By the names that the schema gives them; the file's own keys come first.</summary>
    public static IReadOnlyList<(string Name, ISection Section)> Sections { get; } =
    [
        ("File", RootOptions.Section), ("App", AppOptions.Section), ("Target", TargetOptions.Section), ("Sources", SourcesOptions.Section),
        ("Timeouts", TimeoutsOptions.Section), ("Resolver", ResolverOptions.Section), ("Limits", ProxyLimitsOptions.Section),
        ("AppLimits", AppLimitsOptions.Section), ("SourcePrefix", SourcePrefixOptions.Section), ("Health", HealthOptions.Section),
        ("Requests", RequestsOptions.Section), ("LengthPrefix", LengthPrefixOptions.Section), ("Line", LineOptions.Section), ("Cache", CacheOptions.Section),
        ("AccessLog", AccessLogOptions.Section), ("Admin", AdminOptions.Section), ("ProxyProtocol", ProxyProtocolOptions.Section),
        ("SendProxyProtocol", SendProxyProtocolOptions.Section), ("Tls", TlsOptions.Section),
        ("Certificate", CertificateOptions.Section),
        ("ClientCertificates", ClientCertificatesOptions.Section), ("TargetTls", TargetTlsOptions.Section),
    ];

    public static string NameOf(ISection section) => Sections.Single(s => ReferenceEquals(s.Section, section)).Name;

    /// <summary>The section of what may be an object; null where it is none.</summary>
    public static ISection? KeysOf(IOption option) => option is SentHeaderOption
        ? SendProxyProtocolOptions.Section
        : option.Type as ISection ?? option.Type.GetType().GetProperty("Keys")?.GetValue(option.Type) as ISection;

    /// <summary>The words of a choice; null where it is none.</summary>
    public static IReadOnlyList<string>? WordsOf(IOption option) => option.Type.GetType().GetProperty("Words")?.GetValue(option.Type) as IReadOnlyList<string>;

    /// <summary>The default as the file would write it: a text, a number or a truth value; null: there is none.</summary>
    public static object? DefaultOf(IOption option) => option switch
    {
        { IsRequired: true } => null,
        IListOption { MayBeEmptyInFile: true } => Array.Empty<object>(),
        { Type: CountType { CanBeOff: true } or RateType, Default: null } => Duration.Off,
        { Default: TimeSpan value } => Duration.Format(value),
        { Default: ReadOnlyMemory<byte> bytes } => Encoding.UTF8.GetString(bytes.Span),
        { Default: long value } => ByteSize.Format(value),
        { Default: Enum value } => option.Type.GetType().GetMethod("WordOf")!.Invoke(option.Type, [value]),
        _ => option.Default,
    };

    /// <summary>Where each option may stand in a file, each as keys and indexes.</summary>
    public static IEnumerable<(object[] Place, IOption Option)> Places(ISection section, params object[] place)
    {
        foreach (var option in section.Options)
        {
            object[] here = option is IListOption ? [.. place, option.Name, 0] : [.. place, option.Name];
            yield return (here, option);
            foreach (var below in KeysOf(option) is { } keys ? Places(keys, here) : [])
                yield return below;
        }
    }
}
