using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>The errno values that are told apart (asm-generic/errno.h), and how they are told to users.</summary>
public static class Errno
{
    public const int Perm = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int TooBig = 7;
    public const int BadDescriptor = 9;
    public const int Again = 11;
    public const int NoMemory = 12;
    public const int Access = 13;
    public const int Busy = 16;
    public const int Invalid = 22;
    public const int TooManyFilesInSystem = 23;
    public const int TooManyFiles = 24;
    public const int NoSpace = 28;
    public const int Pipe = 32;
    public const int NoSys = 38;
    public const int Timer = 62;
    public const int Protocol = 71;
    public const int NotSocket = 88;
    public const int ProtocolOption = 92;
    public const int OperationNotSupported = 95;
    public const int AddressFamilyNotSupported = 97;
    public const int AddressInUse = 98;
    public const int AddressNotAvailable = 99;
    public const int NetworkDown = 100;
    public const int NetworkUnreachable = 101;
    public const int ConnectionAborted = 103;
    public const int ConnectionReset = 104;
    public const int NoBufferSpace = 105;
    public const int NotConnected = 107;
    public const int TimedOut = 110;
    public const int ConnectionRefused = 111;
    public const int HostDown = 112;
    public const int HostUnreachable = 113;
    public const int Already = 114;
    public const int InProgress = 115;
    public const int Canceled = 125;

    /// <summary>MAX_ERRNO: system calls give no more.</summary>
    public const int Highest = 4095;

    /// <summary>The kernel's own, of BPF maps among others: not in errno(3).</summary>
    public const int NotSupported = 524;

    /// <summary>
    /// The name, the C library's words and, where something can be done about it, what: <c>EMFILE: too many open files; raise "ulimit -n" (LimitNOFILE in a
    /// unit)</c>.
    /// </summary>
    /// <param name="errno">Or -errno, as system calls give it.</param>
    public static string Describe(int errno)
    {
        errno = Math.Abs(errno);
        var name = Name(errno);
        var text = errno == NotSupported ? "operation not supported" : Marshal.GetPInvokeErrorMessage(errno);
        // strerror(3) begins with a capital, unless with a name such as RPC.
        if (text is [_, >= 'a' and <= 'z', ..])
            text = char.ToLowerInvariant(text[0]) + text[1..];
        return Advice(errno) is { } advice ? $"{name}: {text}; {advice}" : $"{name}: {text}";
    }

    private static string? Advice(int errno) => errno switch
    {
        TooManyFiles => "raise \"ulimit -n\" (LimitNOFILE in a unit)",
        TooManyFilesInSystem => "raise the sysctl fs.file-max",
        AddressNotAvailable => "the machine has no such address, or no free port in net.ipv4.ip_local_port_range",
        _ => null,
    };

    private static string Name(int errno) => errno switch
    {
        Perm => "EPERM",
        NoEntry => "ENOENT",
        Interrupted => "EINTR",
        5 => "EIO",
        6 => "ENXIO",
        TooBig => "E2BIG",
        BadDescriptor => "EBADF",
        Again => "EAGAIN",
        NoMemory => "ENOMEM",
        Access => "EACCES",
        14 => "EFAULT",
        Busy => "EBUSY",
        17 => "EEXIST",
        19 => "ENODEV",
        20 => "ENOTDIR",
        21 => "EISDIR",
        Invalid => "EINVAL",
        TooManyFilesInSystem => "ENFILE",
        TooManyFiles => "EMFILE",
        NoSpace => "ENOSPC",
        Pipe => "EPIPE",
        36 => "ENAMETOOLONG",
        NoSys => "ENOSYS",
        40 => "ELOOP",
        Timer => "ETIME",
        Protocol => "EPROTO",
        NotSocket => "ENOTSOCK",
        ProtocolOption => "ENOPROTOOPT",
        93 => "EPROTONOSUPPORT",
        OperationNotSupported => "EOPNOTSUPP",
        AddressFamilyNotSupported => "EAFNOSUPPORT",
        AddressInUse => "EADDRINUSE",
        AddressNotAvailable => "EADDRNOTAVAIL",
        NetworkDown => "ENETDOWN",
        NetworkUnreachable => "ENETUNREACH",
        ConnectionAborted => "ECONNABORTED",
        ConnectionReset => "ECONNRESET",
        NoBufferSpace => "ENOBUFS",
        NotConnected => "ENOTCONN",
        108 => "ESHUTDOWN",
        TimedOut => "ETIMEDOUT",
        ConnectionRefused => "ECONNREFUSED",
        HostDown => "EHOSTDOWN",
        HostUnreachable => "EHOSTUNREACH",
        Already => "EALREADY",
        InProgress => "EINPROGRESS",
        Canceled => "ECANCELED",
        NotSupported => "ENOTSUPP",
        _ => $"errno {errno}",
    };
}
