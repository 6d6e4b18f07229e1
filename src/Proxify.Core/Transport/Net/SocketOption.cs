namespace Proxify.Transport.Net;

/// <summary>As setsockopt(2) takes it.</summary>
internal readonly record struct SocketOption(int Level, int Name, int Value);
