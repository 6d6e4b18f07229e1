using System.Buffers.Binary;

namespace Proxify.SystemTests.Harness;

/// <summary>Forbids system calls as container engines and systemd do it, by a seccomp filter; bubblewrap sets it.</summary>
internal static class SeccompFilter
{
    private const uint Allow = 0x7fff_0000; // SECCOMP_RET_ALLOW
    private const uint Refuse = 0x0005_0001; // SECCOMP_RET_ERRNO, EPERM

    /// <summary>A prefix under which this one gives EPERM.</summary>
    public static string[] Forbid(Lab lab, uint systemCall) => Prefix(lab, [systemCall], Refuse, Allow, []);

    /// <summary>A prefix under which all but these give EPERM, with these capabilities and no others.</summary>
    public static string[] AllowOnly(Lab lab, IReadOnlyList<uint> systemCalls, params string[] capabilities) =>
        Prefix(lab, systemCalls, Allow, Refuse, capabilities);

    private static string[] Prefix(Lab lab, IReadOnlyList<uint> systemCalls, uint verdict, uint otherwise, string[] capabilities)
    {
        // A classic BPF program over struct seccomp_data (seccomp(2)), which begins with the number of the call.
        List<(ushort Code, byte IfTrue, byte IfFalse, uint K)> filter = [(0x20, 0, 0, 0)];
        foreach (var systemCall in systemCalls)
        {
            filter.Add((0x15, 0, 1, systemCall)); // is it this one?
            filter.Add((0x06, 0, 0, verdict));
        }

        filter.Add((0x06, 0, 0, otherwise));
        var bytes = new byte[filter.Count * 8];
        for (var i = 0; i < filter.Count; i++)
        {
            var instruction = bytes.AsSpan(i * 8, 8);
            BinaryPrimitives.WriteUInt16LittleEndian(instruction, filter[i].Code);
            (instruction[2], instruction[3]) = (filter[i].IfTrue, filter[i].IfFalse);
            BinaryPrimitives.WriteUInt32LittleEndian(instruction[4..], filter[i].K);
        }

        var path = Path.Combine(lab.Directory, "filter.bpf");
        File.WriteAllBytes(path, bytes);
        var rights = string.Concat(capabilities.Select(static capability => $" --cap-add {capability}"));
        return ["sh", "-c", $"exec {Tool.Require("bwrap", "bubblewrap")} --die-with-parent --dev-bind / /{rights} --seccomp 3 \"$@\" 3<{path}", "sh"];
    }
}
