namespace Proxify.Transport;

/// <summary>An established connection on its way from one process to another. What else there is to know the kernel knows.</summary>
/// <param name="Descriptor">The socket's. Owned by who gives it until it is taken, then by who takes it.</param>
/// <param name="Remote">The peer's end.</param>
/// <param name="BytesReceived">As <see cref="Connection.BytesReceived"/>: without <paramref name="Unread"/>.</param>
/// <param name="FirstReceivedAt">As <see cref="Connection.FirstReceivedAt"/>, by CLOCK_MONOTONIC, which all processes share.</param>
/// <param name="Unread">Received and not passed on.</param>
internal readonly record struct ConnectionState(
    int Descriptor, TcpEndpoint Remote, long BytesReceived, long FirstReceivedAt, ReadOnlyMemory<byte> Unread);
