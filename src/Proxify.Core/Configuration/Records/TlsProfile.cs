namespace Proxify.Configuration;

/// <summary>Mozilla's server-side TLS guidelines, version 5.7: https://wiki.mozilla.org/Security/Server_Side_TLS.</summary>
public enum TlsProfile
{
    /// <summary><c>intermediate</c>: TLS 1.2 and 1.3, with forward secrecy and authenticated encryption; every client of the last ten years.</summary>
    Intermediate,

    /// <summary><c>modern</c>: TLS 1.3 alone.</summary>
    Modern,
}
