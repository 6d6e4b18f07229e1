namespace Proxify.Transport.Relaying;

/// <summary>One of the two peers of a relay.</summary>
internal enum RelaySide
{
    Client,
    Target,
}
