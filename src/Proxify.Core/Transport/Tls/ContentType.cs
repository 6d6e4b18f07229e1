namespace Proxify.Transport.Tls;

/// <summary>What a record holds: RFC 8446, section 5.1.</summary>
internal static class ContentType
{
    public const byte Alert = 21;
    public const byte Handshake = 22;
    public const byte ApplicationData = 23;
}
