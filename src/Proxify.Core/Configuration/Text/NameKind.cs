namespace Proxify.Configuration;

/// <summary>The kinds of alternative names (RFC 5280, 4.2.1.6) that patterns know.</summary>
internal enum NameKind
{
    /// <summary><c>dns:</c>, dNSName.</summary>
    Dns,

    /// <summary><c>uri:</c>, uniformResourceIdentifier, as SPIFFE has them.</summary>
    Uri,

    /// <summary><c>email:</c>, rfc822Name.</summary>
    Email,
}
