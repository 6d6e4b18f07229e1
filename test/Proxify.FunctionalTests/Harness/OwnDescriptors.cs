using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Harness;

/// <summary>This process's sockets as the kernel lists them: the abstraction shows none.</summary>
internal static partial class OwnDescriptors
{
    public static int CountSockets() => Sockets().Count();

    /// <summary>An option of the socket that a connection uses, found by its endpoints.</summary>
    public static int GetOption(Connection connection, int level, int name)
    {
        foreach (var descriptor in Sockets())
        {
            if (Address(GetSockName, descriptor) != connection.Local || Address(GetPeerName, descriptor) != connection.Remote)
                continue;
            var size = sizeof(int);
            Assert.Equal(0, GetSockOpt(descriptor, level, name, out var value, ref size));
            return value;
        }

        throw new InvalidOperationException($"no socket {connection.Local} -> {connection.Remote} in this process");
    }

    /// <summary>Whether some epoll(7) of this process watches the socket, through whatever descriptor (proc(5), /proc/pid/fdinfo).</summary>
    public static bool IsInEpoll(int descriptor)
    {
        var entry = $" ino:{long.Parse(new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget!["socket:[".Length..^1]):x} ";
        return Directory.EnumerateFiles("/proc/self/fdinfo").Any(path =>
        {
            try
            {
                return File.ReadLines(path).Any(line => line.StartsWith("tfd:", StringComparison.Ordinal) && line.Contains(entry, StringComparison.Ordinal));
            }
            catch (IOException)
            {
                return false; // it has just been closed
            }
        });
    }

    private delegate int NameOf(int descriptor, Span<byte> address, ref int length);

    private static IEnumerable<int> Sockets() =>
        from path in Directory.EnumerateFileSystemEntries("/proc/self/fd")
        where new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) ?? false
        select int.Parse(Path.GetFileName(path));

    /// <summary>Decodes sockaddr_in and sockaddr_in6; null for sockets without such a name.</summary>
    private static TcpEndpoint? Address(NameOf nameOf, int descriptor)
    {
        Span<byte> address = stackalloc byte[128];
        var length = address.Length;
        if (nameOf(descriptor, address, ref length) != 0)
            return null;
        var port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        return (ushort)MemoryMarshal.Read<short>(address) switch
        {
            2 => new TcpEndpoint(new IPAddress(address.Slice(4, 4)), port),
            10 => new TcpEndpoint(new IPAddress(address.Slice(8, 16)), port),
            _ => null,
        };
    }

    [LibraryImport("libc", EntryPoint = "getsockname")]
    private static partial int GetSockName(int descriptor, Span<byte> address, ref int length);

    [LibraryImport("libc", EntryPoint = "getpeername")]
    private static partial int GetPeerName(int descriptor, Span<byte> address, ref int length);

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    private static partial int GetSockOpt(int descriptor, int level, int name, out int value, ref int size);
}
