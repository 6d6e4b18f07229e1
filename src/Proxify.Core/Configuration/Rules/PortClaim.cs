namespace Proxify.Configuration;

/// <summary>Clients of a port that one app may take: those of a server name, a protocol or both, those without TLS, or all whom no other app takes.</summary>
/// <param name="Name">Null: any.</param>
/// <param name="Protocol">Null: any.</param>
/// <param name="IsPlain">Those without TLS.</param>
internal readonly record struct PortClaim(string? Name, string? Protocol, bool IsPlain = false)
{
    /// <summary>All that the app claims; what is in error has its error already.</summary>
    public static IEnumerable<PortClaim> Of(AppConfig app)
    {
        if (app.PlainClients)
            yield return new PortClaim(null, null, IsPlain: true);
        foreach (var name in OrAny(app.ServerNames))
        {
            foreach (var protocol in OrAny(app.ApplicationProtocols))
                yield return new PortClaim(name is null ? null : ServerNameText.Normalize(name), protocol);
        }
    }

    /// <summary>Where the app claims it, below the app's own path.</summary>
    public string PathIn(AppConfig app)
    {
        var (name, protocol) = (Name, Protocol);
        return IsPlain ? AppOptions.PlainClients.Name
            : name is not null ? $"{AppOptions.ServerNames.Name}[{IndexOf(app.ServerNames, n => ServerNameText.Normalize(n) == name)}]"
            : protocol is not null ? $"{AppOptions.ApplicationProtocols.Name}[{IndexOf(app.ApplicationProtocols, p => p == protocol)}]"
            : AppOptions.ServerNames.Name;
    }

    /// <summary>For errors: <c>"a.test" with "h2"</c>.</summary>
    public override string ToString() => IsPlain ? "clients without TLS"
        : Name is null ? Quoted.Text(Protocol ?? "")
        : Protocol is null ? Quoted.Text(Name) : $"{Quoted.Text(Name)} with {Quoted.Text(Protocol)}";

    private static IEnumerable<string?> OrAny(IReadOnlyList<string?>? values) =>
        values is null or { Count: 0 } ? [null] : values.Where(value => value is not null);

    private static int IndexOf(IReadOnlyList<string> values, Predicate<string> isIt)
    {
        var i = 0;
        while (values[i] is not { } value || !isIt(value))
            i++;
        return i;
    }
}
