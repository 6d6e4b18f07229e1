using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>
/// Asks the kernel for its listening sockets (sock_diag(7)). They have a table of their own, so it costs nothing that there are many connections; the files in
/// /proc/net list all of them.
/// </summary>
public static unsafe class SockDiag
{
    private const int AfNetlink = 16;
    private const int SockRaw = 3;
    private const int NetlinkSockDiag = 4;
    private const ushort SockDiagByFamily = 20;
    private const ushort MessageError = 2;
    private const ushort MessageDone = 3;
    private const ushort FlagsRequestDump = 0x301; // NLM_F_REQUEST | NLM_F_DUMP
    private const uint StateListen = 1 << 10;
    private const int Buffer = 64 * 1024; // the kernel sends 32 KiB at once at the most

    /// <summary>Adds the listening TCP sockets of the calling thread's network namespace, of both families. Needs no rights.</summary>
    /// <returns>0, or a negative errno where the kernel does not say: a sandbox without netlink, a kernel without <c>CONFIG_INET_DIAG</c>.</returns>
    public static int ReadListeners(ICollection<ListeningSocket> found)
    {
        var fd = Libc.Socket(AfNetlink, SockRaw | Libc.SockCloseOnExec, NetlinkSockDiag);
        if (fd < 0)
            return fd;
        try
        {
            Span<byte> buffer = new byte[Buffer];
            var result = Libc.SetReceiveTimeout(fd, seconds: 1);
            foreach (var family in (ReadOnlySpan<byte>)[Libc.AfInet, Libc.AfInet6])
            {
                if (result >= 0)
                    result = Ask(fd, family);
                if (result >= 0)
                    result = ReadAnswer(fd, buffer, found);
            }

            return Math.Min(result, 0);
        }
        finally
        {
            Libc.Close(fd);
        }
    }

    private static int Ask(int fd, byte family)
    {
        var request = new Request
        {
            Header = new Header { Length = (uint)sizeof(Request), Type = SockDiagByFamily, Flags = FlagsRequestDump },
            Family = family,
            Protocol = Libc.IpProtoTcp,
            States = StateListen,
        };
        return Libc.Send(fd, MemoryMarshal.AsBytes(new ReadOnlySpan<Request>(in request)));
    }

    private static int ReadAnswer(int fd, Span<byte> buffer, ICollection<ListeningSocket> found)
    {
        while (true)
        {
            var received = Libc.Receive(fd, buffer);
            if (received <= 0)
                return received == 0 ? -Errno.Invalid : received;
            for (var rest = buffer[..received]; rest.Length >= sizeof(Header);)
            {
                var header = MemoryMarshal.Read<Header>(rest);
                if (header.Length < sizeof(Header) || header.Length > rest.Length)
                    return -Errno.Invalid;
                var body = rest[sizeof(Header)..(int)header.Length];
                if (header.Type is MessageDone or MessageError)
                    return body.Length < sizeof(int) ? -Errno.Invalid : MemoryMarshal.Read<int>(body); // 0 or a negative errno
                if (header.Type == SockDiagByFamily && body.Length >= sizeof(Answer))
                    found.Add(ToSocket(MemoryMarshal.Read<Answer>(body)));
                rest = rest[Math.Min(rest.Length, (int)(header.Length + 3) & ~3)..]; // NLMSG_ALIGN
            }
        }
    }

    private static ListeningSocket ToSocket(in Answer answer)
    {
        ReadOnlySpan<byte> address = answer.Id.Source;
        return new ListeningSocket(new IPAddress(answer.Family == Libc.AfInet ? address[..4] : address),
            BinaryPrimitives.ReverseEndianness(answer.Id.SourcePort), answer.Inode);
    }

    // struct nlmsghdr, linux/netlink.h
    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public uint Length;
        public ushort Type;
        public ushort Flags;
        public uint Sequence;
        public uint PortId;
    }

    // struct inet_diag_sockid, linux/inet_diag.h; big-endian ports and addresses
    [StructLayout(LayoutKind.Sequential)]
    private struct SocketId
    {
        public ushort SourcePort;
        public ushort DestinationPort;
        public AddressBytes Source;
        public AddressBytes Destination;
        public uint Interface;
        public uint Cookie0;
        public uint Cookie1;
    }

    [System.Runtime.CompilerServices.InlineArray(16)]
    private struct AddressBytes
    {
        private byte _first;
    }

    // nlmsghdr and struct inet_diag_req_v2
    [StructLayout(LayoutKind.Sequential)]
    private struct Request
    {
        public Header Header;
        public byte Family;
        public byte Protocol;
        public byte Extensions;
        public byte Padding;
        public uint States;
        public SocketId Id;
    }

    // struct inet_diag_msg
    [StructLayout(LayoutKind.Sequential)]
    private struct Answer
    {
        public byte Family;
        public byte State;
        public byte Timer;
        public byte Retransmissions;
        public SocketId Id;
        public uint Expires;
        public uint ReceiveQueue;
        public uint SendQueue;
        public uint UserId;
        public uint Inode;
    }
}
