using Proxify.Linux;

namespace Proxify.Steering;

/// <summary>What steering asks of the machine, looked at before anything is loaded so that a refusal names the exact reason.</summary>
internal static class SteeringRequirements
{
    /// <summary>sk_lookup came with Linux 5.9.</summary>
    private static readonly Version OldestKernel = new(5, 9);

    /// <exception cref="SteeringException">Something is missing.</exception>
    public static void Check()
    {
        if (!OperatingSystem.IsLinux())
            throw new SteeringException("steering needs Linux");

        var kernel = Environment.OSVersion.Version;
        if (kernel < OldestKernel)
            throw new SteeringException(
                $"steering needs Linux {OldestKernel} or later (BPF programs of type sk_lookup); this is {kernel.Major}.{kernel.Minor}");

        if (!LibBpf.IsAvailable)
            throw new SteeringException("steering needs libbpf.so.1, which is not installed: apt-get install libbpf1");

        // CAP_SYS_ADMIN stands in for CAP_BPF (bpf_capable() in the kernel).
        var missing = new List<string>(2);
        if (!Libc.HasCapability(Capability.Bpf) && !Libc.HasCapability(Capability.SysAdmin))
            missing.Add("CAP_BPF");
        if (!Libc.HasCapability(Capability.NetAdmin))
            missing.Add("CAP_NET_ADMIN");
        if (missing.Count > 0)
        {
            throw new SteeringException($"steering needs the capabilities CAP_BPF and CAP_NET_ADMIN; {string.Join(" and ", missing)} missing. " +
                "Run it with sudo, or as a service with AmbientCapabilities=CAP_BPF CAP_NET_ADMIN");
        }
    }

    /// <summary>The reason behind an error of the kernel's in words.</summary>
    /// <param name="what">What was tried, such as "cannot load the steering program".</param>
    /// <param name="result">-errno.</param>
    /// <param name="details">What libbpf wrote about it.</param>
    public static SteeringException Explain(string what, int result, string? details = null) => new(-result switch
    {
        Errno.Perm => $"{what}: the kernel refuses (EPERM) although the process has the capabilities. Usual causes: a container (its capabilities count " +
            "only inside its user namespace; or its seccomp profile forbids bpf(2)), kernel lockdown, or before Linux 5.11 a low RLIMIT_MEMLOCK (ulimit -l unlimited)",
        Errno.Access => $"{what}: the kernel's verifier rejects it (EACCES)",
        Errno.NoMemory => $"{what}: the kernel has no memory for it (ENOMEM); steering takes about 14 MB, counted to the process's control group",
        Errno.TooBig => $"{what}: the network namespace has 64 such programs already, or the kernel does not know a part of the program (E2BIG)",
        Errno.Invalid => $"{what}: the kernel does not know a part of it (EINVAL); was it built without CONFIG_BPF_SYSCALL, CONFIG_NET or BTF?",
        Errno.NoSys => $"{what}: this kernel has no BPF (ENOSYS); it was built without CONFIG_BPF_SYSCALL",
        _ => $"{what}: {Errno.Describe(result)}",
    }, string.IsNullOrWhiteSpace(details) ? null : details);
}
