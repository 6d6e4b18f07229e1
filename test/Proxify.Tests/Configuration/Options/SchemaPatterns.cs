using System.Text.Json.Nodes;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>How the schema says what texts may look like.</summary>
internal static class SchemaPatterns
{
    public const string Duration = "^([1-9][0-9]*|0)(ms|s|m|h|d)$";

    public const string DurationOrOff = "^(([1-9][0-9]*|0)(ms|s|m|h|d)|off)$";

    public const string Bytes = "^(?!hex:)|^hex:([0-9A-Fa-f]{2})*$";

    public const string Name = @"^[^\u0000-\u001f\u007f-\u009f]*$";

    private const string Port = @"([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

    private const string IPv4 = @"((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    private const string IPv6 = $@"([0-9A-Fa-f]{{0,4}}:){{2,8}}([0-9A-Fa-f]{{0,4}}|{IPv4})";

    private const string Algorithms = "^[-0-9A-Za-z_+!@=.:]+$";

    private const string SubjectPart = @" *[0-9A-Za-z]+=(?! *(,|$))([^\\,\u0000-\u001f\u007f-\u009f]|\\[^\u0000-\u001f\u007f-\u009f])+";

    private const string SubjectPattern = $"^{SubjectPart}(,{SubjectPart})*$";

    private const string HostName =
        "(?!([^:]*\\.)?([0-9]+|0[xX][0-9A-Fa-f]*)\\.?(:|$))(?![^:]{255})(?![^:]{253}[^.:](:|$))[0-9A-Za-z_]([0-9A-Za-z_-]{0,61}[0-9A-Za-z_])?(\\.[0-9A-Za-z_]([0-9A-Za-z_-]{0,61}[0-9A-Za-z_])?)*\\.?";

    private const string TargetAddress =
        $@"^(({IPv4})|\[{IPv6}(%[^%/\]]+)?\]|{HostName})(:([1-9][0-9]{{0,3}}|[1-5][0-9]{{4}}|6[0-4][0-9]{{3}}|65[0-4][0-9]{{2}}|655[0-2][0-9]|6553[0-5]|[+-](0|[1-9][0-9]{{0,3}}|[1-5][0-9]{{4}}|6[0-4][0-9]{{3}}|65[0-4][0-9]{{2}}|655[0-2][0-9]|6553[0-4])))?$";

    /// <summary>The forms of texts, and some that have them.</summary>
    public static IEnumerable<(TextType Type, string Pattern, string[] Samples)> Texts =>
    [
        (TlsText.File, @"^[^\u0000-\u001f\u007f-\u009f]+$", ["web.pem", "/etc/ssl/web.key", "a b"]),
        (TlsText.Ciphers, Algorithms, ["ECDHE+AESGCM:!aNULL"]),
        (TlsText.CipherSuites, Algorithms, ["TLS_AES_128_GCM_SHA256"]),
        (TlsText.Groups, Algorithms, ["X25519:P-256"]),
        (TlsText.Protocol, "^[!-~]{1,255}$", ["h2", "http/1.1", "postgresql"]),
        (ServerNameText.Type, $@"^(\*\.)?{HostName}$", ["a.test", "*.test", "A.b_c.xn--p1ai.", "*.3f2a9c"]),
        (TlsText.Host, $"^({IPv4}|{IPv6}(%[^%/]+)?|{HostName})$", ["db.internal", "10.0.0.1", "fd00::1"]),
        (TlsText.Subject, SubjectPattern, ["CN=web-*,O=Example", "CN=a", @"O=A\, Inc."]),
        (TlsText.Name, "^(dns|uri|email):[!-~]+$", ["dns:*.clients.internal", "uri:spiffe://prod/**", "email:*@example.com"]),
        (TlsText.Fingerprint, "^([0-9A-Fa-f]{64}|([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2})$",
            [new string('a', 64), string.Join(':', Enumerable.Repeat("0F", 32))]),
        (CacheOptions.Prefix, @"^[\s\S]{1,255}$", ["user:", "page", "\u00e9"]),
    ];

    /// <summary>An amount of memory, by all of its units.</summary>
    public static string Memory(long least, long most)
    {
        (string Name, long Bytes)[] units = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30)];
        return $"^({string.Join('|', units.Where(unit => unit.Bytes <= most)
            .Select(unit => $"({Number((least + unit.Bytes - 1) / unit.Bytes, most / unit.Bytes)}){unit.Name}"))})$";
    }

    /// <summary>The numbers of a range, as alternatives: each with some digits at its begin, then some of the ten, then any.</summary>
    private static string Number(long least, long most)
    {
        var parts = new List<string>();
        while (least <= most)
        {
            var span = 1L; // how many numbers there are from here on whose last digits are any
            while (least % (span * 10) == 0 && least + (span * 10) - 1 <= most)
                span *= 10;

            var digit = least / span % 10;
            var last = Math.Min(9, digit + ((most - (least + span - 1)) / span));
            var begin = (least / span >= 10 ? $"{least / span / 10}" : "") + (digit == last ? $"{digit}" : $"[{digit}-{last}]");
            parts.Add(begin + (span > 10 ? $"[0-9]{{{$"{span}".Length - 1}}}" : span == 10 ? "[0-9]" : ""));
            least += (last - digit + 1) * span;
        }

        return string.Join('|', parts);
    }

    /// <summary>What several options have.</summary>
    public static IEnumerable<(string Name, JsonNode Value)> Definitions =>
    [
        ("Ports", new JsonObject
        {
            ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 65535 }, Text($"^{Port}(-{Port})?$")),
        }),
        ("TargetAddress", Text(TargetAddress)),
        ("Endpoint", Text($@"^({IPv4}:{Port}|\[{IPv6}(%[^%/\]]+)?\]:{Port})$")),
        ("Server", Text($@"^({IPv4}(:{Port})?|{IPv6}(%[^%/\]]+)?|\[{IPv6}(%[^%/\]]+)?\]:{Port})$")),
        ("Address", Text($@"^({IPv4}|{IPv6}(%[^%/]+)?)$")),
        ("Network", Text($@"^({IPv4}(/(3[0-2]|[12]?[0-9]))?|{IPv6}(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?)$")),
        ("Rate", new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 1_000_000 }, Text("^(([1-9][0-9]{0,5}|1000000)/(s|m|h)|off)$")),
        }),
    ];

    private static JsonObject Text(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };
}
