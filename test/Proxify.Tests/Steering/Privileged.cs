using Proxify.Linux;
using Libc = Proxify.Linux.Libc;

namespace Proxify.Tests.Steering;

/// <summary>For tests that load BPF programs: they run as root. Under CI or as root they fail if they cannot; for anybody else they are skipped.</summary>
internal static class Privileged
{
    public static void Require()
    {
        var isCi = Environment.GetEnvironmentVariable("CI") is { Length: > 0 };
        var mayLoad = Libc.HasCapability(Capability.Bpf) && Libc.HasCapability(Capability.NetAdmin) && Libc.HasCapability(Capability.SysAdmin);
        Assert.SkipUnless(mayLoad || isCi || Environment.IsPrivilegedProcess, "needs CAP_BPF, CAP_NET_ADMIN and CAP_SYS_ADMIN: run the tests as root");
    }
}
