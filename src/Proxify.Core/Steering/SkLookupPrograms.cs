using Proxify.Linux;

namespace Proxify.Steering;

/// <summary>The sk_lookup programs of a network namespace, whoever attached them.</summary>
internal static class SkLookupPrograms
{
    /// <summary>The kernel attaches no more to one namespace (kernel/bpf/net_namespace.c).</summary>
    private const int Most = 64;

    /// <summary>
    /// Those attached to the caller's namespace, in the order in which the kernel asks them, as <c>id 12 (steer)</c>; names need CAP_SYS_ADMIN and are left out
    /// without it. Empty where the kernel does not tell.
    /// </summary>
    public static IReadOnlyList<string> OfOwnNamespace()
    {
        Span<uint> ids = stackalloc uint[Most];
        using var networkNamespace = NetworkNamespace.Open();
        var count = LibBpf.QuerySkLookup(networkNamespace, ids);
        var programs = new List<string>();
        foreach (var id in ids[..Math.Max(count, 0)])
            programs.Add(Describe(id));
        return programs;
    }

    private static string Describe(uint id)
    {
        var descriptor = LibBpf.OpenProgram(id);
        if (descriptor < 0)
            return $"id {id}";
        using var program = new SafeBpfHandle(descriptor);
        if (LibBpf.GetInfo(program, out var info, []) < 0)
            return $"id {id}";
        return info.Name == KernelLayout.Program ? $"id {id} ({info.Name}, another proxify)" : $"id {id} ({info.Name})";
    }
}
