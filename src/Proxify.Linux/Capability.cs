namespace Proxify.Linux;

/// <summary>Those of capabilities(7) that proxify has a use for; the values are the kernel's.</summary>
public enum Capability
{
    /// <summary>Access to files whatever their modes say.</summary>
    DacOverride = 1,

    /// <summary>The same for reading files and for passing through folders.</summary>
    DacReadSearch = 2,

    NetBindService = 10,
    NetAdmin = 12,

    /// <summary>Packets of any kind; also to take on addresses that are not this machine's (IP_TRANSPARENT), for which it is enough.</summary>
    NetRaw = 13,

    /// <summary>Locking memory beyond RLIMIT_MEMLOCK.</summary>
    IpcLock = 14,
    SysAdmin = 21,

    /// <summary>Overriding resource limits.</summary>
    SysResource = 24,

    /// <summary>Since Linux 5.8; before it was part of SysAdmin.</summary>
    Bpf = 39,
}
