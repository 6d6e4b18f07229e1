namespace Proxify.Linux;

/// <summary>Those of capabilities(7) that proxify has a use for; the values are the kernel's.</summary>
public enum Capability
{
    NetBindService = 10,
    NetAdmin = 12,
    SysAdmin = 21,

    /// <summary>Since Linux 5.8; before it was part of SysAdmin.</summary>
    Bpf = 39,
}
