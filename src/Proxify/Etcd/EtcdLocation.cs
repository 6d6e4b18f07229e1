using Proxify.Configuration;

namespace Proxify.Program.Etcd;

/// <summary>Where a config is kept in etcd: <c>etcd://HOST[:2379][,HOST…]/PREFIX[?…]</c>, with TLS <c>etcds://</c>.</summary>
internal sealed record EtcdLocation
{
    private const string Plain = "etcd://";
    private const string Secure = "etcds://";
    private const int DefaultPort = 2379;
    private const int MostMembers = 16;

    private static readonly string[] Known = ["ca", "cert", "key", "user", "password", "folder", "machine"];

    /// <summary>The members' addresses, as <c>http://10.0.0.1:2379</c>.</summary>
    public required IReadOnlyList<Uri> Members { get; init; }

    /// <summary>What all keys begin with, as <c>/proxify/</c>.</summary>
    public required string Prefix { get; init; }

    /// <summary>As it was written, but for what stands behind the question mark.</summary>
    public required string Name { get; init; }

    /// <summary>A file with the authorities that members' certificates have to come from; null: those of the system.</summary>
    public string? Authorities { get; init; }

    /// <summary>A file with the certificate that is shown to members; null: none.</summary>
    public string? Certificate { get; init; }

    /// <summary>The file of its key; null where there is no certificate.</summary>
    public string? Key { get; init; }

    /// <summary>Null: etcd asks for no user.</summary>
    public string? User { get; init; }

    /// <summary>A file with the user's password; null where there is no user.</summary>
    public string? Password { get; init; }

    /// <summary>Where a copy is kept, absolute. Default: of its own for each prefix, where programs keep their state.</summary>
    public required string Folder { get; init; }

    /// <summary>What the others call this proxy. Default: the host's name.</summary>
    public string Machine { get; init; } = Environment.MachineName;

    /// <summary>Whether a config's name is meant to be such a place, be it a good one or not.</summary>
    public static bool IsMeant(string config) => config.StartsWith(Plain, StringComparison.Ordinal) || config.StartsWith(Secure, StringComparison.Ordinal);

    /// <exception cref="FormatException">It is none; says what was expected.</exception>
    public static EtcdLocation Parse(string text)
    {
        var isSecure = text.StartsWith(Secure, StringComparison.Ordinal);
        var rest = text[(isSecure ? Secure : Plain).Length..];
        var question = rest.IndexOf('?');
        var place = question < 0 ? rest : rest[..question];
        var slash = place.IndexOf('/');
        var prefix = (slash < 0 ? "" : place[slash..]).Trim('/');
        if (prefix.Length == 0)
            throw new FormatException($"\"{text}\" has no prefix of keys; expected one such as {Plain}{(slash < 0 ? place : place[..slash])}/proxify");
        if (prefix.Split('/').Any(part => part.Length == 0) || prefix.Any(c => c is <= ' ' or > '~'))
            throw new FormatException($"the prefix \"{prefix}\" is none; expected names with a slash between them, without blanks");
        var options = question < 0 ? [] : Options(rest[(question + 1)..]);
        if (!isSecure && options.Keys.FirstOrDefault(key => key is "ca" or "cert" or "key") is { } tls)
            throw new FormatException($"{tls} is for TLS; expected {Secure} with it");
        if (options.ContainsKey("cert") != options.ContainsKey("key"))
            throw new FormatException("cert and key belong together; expected both or neither");
        if (options.ContainsKey("user") != options.ContainsKey("password"))
            throw new FormatException("user and password, a file, belong together; expected both or neither");
        return new EtcdLocation
        {
            Members = Hosts(slash < 0 ? place : place[..slash], isSecure ? "https" : "http"),
            Prefix = $"/{prefix}/",
            Name = (isSecure ? Secure : Plain) + place,
            Authorities = options.GetValueOrDefault("ca"),
            Certificate = options.GetValueOrDefault("cert"),
            Key = options.GetValueOrDefault("key"),
            User = options.GetValueOrDefault("user"),
            Password = options.GetValueOrDefault("password"),
            Folder = options.TryGetValue("folder", out var folder) ? Path.GetFullPath(folder) : StateFolder(prefix),
            Machine = Named(options.GetValueOrDefault("machine") ?? Environment.MachineName),
        };
    }

    /// <summary>Below what systemd says, or what is usual.</summary>
    private static string StateFolder(string prefix)
    {
        var state = Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } folders ? folders.Split(':')[0]
            : Environment.IsPrivilegedProcess ? "/var/lib/proxify"
            : Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } home ? Path.Combine(home, "proxify")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local/state/proxify");
        return Path.Combine(state, "etcd", Uri.EscapeDataString(prefix));
    }

    private static Dictionary<string, string> Options(string query)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in query.Split('&'))
        {
            var equals = part.IndexOf('=');
            var name = equals < 0 ? part : part[..equals];
            if (!Known.Contains(name, StringComparer.Ordinal))
                throw new FormatException($"\"{name}\" is unknown; expected one of: {string.Join(", ", Known)}");
            var value = equals < 0 ? "" : Uri.UnescapeDataString(part[(equals + 1)..]);
            if (value.Length == 0)
                throw new FormatException($"{name} has no value; expected {name}=…");
            if (!options.TryAdd(name, value))
                throw new FormatException($"{name} is given twice");
        }

        return options;
    }

    private static List<Uri> Hosts(string text, string scheme)
    {
        var members = text.Split(',').Select(host => Host(host, scheme)).ToList();
        return members.Count <= MostMembers ? members : throw new FormatException($"{members.Count} members; expected at most {MostMembers}");
    }

    private static Uri Host(string text, string scheme)
    {
        // As targets are written, but for a port that may be missing.
        var withPort = text.LastIndexOf(':') > text.LastIndexOf(']') ? text : $"{text}:{DefaultPort}";
        try
        {
            var address = (TargetConfig)withPort;
            if (address.Port > 0 && (HostSyntax.TryParseAddress(address.Host, out _) || HostSyntax.IsName(address.Host)))
                return new Uri($"{scheme}://{address.Address}");
        }
        catch (FormatException)
        {
        }

        throw new FormatException($"\"{text}\" is no member of etcd; expected an address or a name, and a port where it is not {DefaultPort}");
    }

    private static string Named(string name) => name.Length <= 253 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? name
        : throw new FormatException($"machine: \"{name}\" is no name; expected letters, digits, '-', '_' and '.'");
}
