using System.Net;

namespace Proxify.Linux;

/// <summary>A TCP socket that listens.</summary>
/// <param name="Address">What it is bound to; a dual-stack socket has an IPv6 address.</param>
/// <param name="Port">Host byte order.</param>
/// <param name="Inode">As in <c>socket:[18021]</c>, which the links in /proc/PID/fd say.</param>
public readonly record struct ListeningSocket(IPAddress Address, ushort Port, uint Inode);
