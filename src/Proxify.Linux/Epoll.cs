using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>An epoll instance (epoll(7)).</summary>
public sealed unsafe partial class Epoll : SafeHandle
{
    /// <summary>An error is pending on the socket; always reported, never asked for.</summary>
    public const uint Error = 0x008;

    /// <summary>The connection has ended both ways, by a reset or in order; always reported, too.</summary>
    public const uint HangUp = 0x010;

    /// <summary>The peer has ended its side (FIN).</summary>
    public const uint ReadHangUp = 0x2000;

    /// <summary>Report each change, once.</summary>
    public const uint EdgeTriggered = 1u << 31;

    /// <summary>Readable.</summary>
    public const uint In = 0x001;

    /// <summary>Urgent data has come.</summary>
    public const uint Urgent = 0x002;

    /// <summary>There is room to send; of a connect under way, its outcome is known.</summary>
    public const uint Out = 0x004;

    private const int CloseOnExec = 0x80000;
    private const int Add = 1;
    private const int Delete = 2;
    private const int Eintr = 4;

    // struct epoll_event is packed on x86-64 only (linux/eventpoll.h).
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataOffset + 8;

    /// <exception cref="Win32Exception">The system is out of descriptors or memory.</exception>
    public Epoll()
        : base(-1, ownsHandle: true)
    {
        var fd = epoll_create1(CloseOnExec);
        if (fd < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        SetHandle(fd);
    }

    public override bool IsInvalid => handle < 0;

    /// <summary>Watches <paramref name="fd"/>, which leaves by itself when it is closed. False when the kernel refuses, and when either is closed.</summary>
    public bool TryAdd(SafeHandle fd, uint events, ulong data) => TryControl(Add, fd, events, data);

    /// <summary>Watches it no longer. What was reported already may still be on its way.</summary>
    public bool TryRemove(SafeHandle fd) => TryControl(Delete, fd, 0, 0);

    private bool TryControl(int operation, SafeHandle fd, uint events, ulong data)
    {
        Span<byte> entry = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, events);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[DataOffset..], data);
        try
        {
            fixed (byte* p = entry)
                return epoll_ctl(this, operation, fd, p) == 0;
        }
        catch (ObjectDisposedException)
        {
            return false; // closed meanwhile: with it everything that was watched is forgotten
        }
    }

    /// <summary>Waits without an end for at least one event.</summary>
    public int Wait(Span<(uint Events, ulong Data)> ready)
    {
        Span<byte> entries = stackalloc byte[16 * 64];
        var most = Math.Min(ready.Length, 64);
        int count;
        fixed (byte* p = entries)
        {
            do
                count = epoll_wait(this, p, most, -1);
            while (count < 0 && Marshal.GetLastPInvokeError() == Eintr);
        }

        for (var i = 0; i < count; i++)
        {
            var entry = entries.Slice(i * EventSize, EventSize);
            ready[i] = (BinaryPrimitives.ReadUInt32LittleEndian(entry), BinaryPrimitives.ReadUInt64LittleEndian(entry[DataOffset..]));
        }

        return Math.Max(count, 0);
    }

    protected override bool ReleaseHandle() => close((int)handle) == 0;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(SafeHandle epoll, int operation, SafeHandle fd, byte* entry);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(SafeHandle epoll, byte* entries, int count, int timeout);

    [LibraryImport("libc")]
    private static partial int close(int fd);
}
