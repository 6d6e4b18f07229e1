using System.Text.Json;

namespace Proxify.SystemTests.Steering;

/// <summary>
/// The filters of system calls in packaging/proxify.service with steering.conf, and in packaging/seccomp.json, tried without systemd and container engines.
/// </summary>
public sealed class UnitFilterTests
{
    [Fact]
    public async Task System_call_filter_of_the_unit_lets_steering_start_serve_and_reload()
    {
        await using var lab = await SteeringLab.CreateAsync();
        await ServesAsync(lab, await ReadFilterAsync(lab.Lab));
    }

    [Fact]
    public async Task Seccomp_profile_for_containers_lets_steering_start_serve_and_reload()
    {
        await using var lab = await SteeringLab.CreateAsync();
        await ServesAsync(lab, await ReadProfileAsync(lab.Lab));
    }

    private static async Task ServesAsync(SteeringLab lab, IReadOnlyList<uint> allowed)
    {
        var echo = await lab.Lab.StartEchoAsync();
        var prefix = SeccompFilter.AllowOnly(lab.Lab, allowed, "CAP_BPF", "CAP_NET_ADMIN");

        var proxy = await lab.StartAsync(Config.Single(7, echo[0]), new() { Transport = "uring", Prefix = prefix });

        Assert.Equal(Reception.Served, await lab.KnockAsync(7));
        await proxy.ReloadAsync(Config.Single(8, echo[0]));
        Assert.Equal(Reception.Served, await lab.KnockAsync(8));
        Assert.DoesNotContain(proxy.Events, static e => e.Level is "error" or "fatal" || e.Event == "TransportLimited");
    }

    private static async Task<List<uint>> ReadProfileAsync(Lab lab)
    {
        using var profile = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "packaging", "seccomp.json")));
        var allowed = profile.RootElement.GetProperty("syscalls")[0].GetProperty("names").EnumerateArray().Select(static name => name.GetString()!).ToList();
        Assert.DoesNotContain("mount", allowed);
        var numbers = await ReadNumbersAsync(lab);
        return [.. allowed.Where(numbers.ContainsKey).Select(call => numbers[call])];
    }

    /// <summary>The numbers of what SystemCallFilter= leaves, line after line as systemd.exec(5) says.</summary>
    private static async Task<List<uint>> ReadFilterAsync(Lab lab)
    {
        var numbers = await ReadNumbersAsync(lab);
        var allowed = new HashSet<string>();
        string[] files = ["proxify.service", "steering.conf"];
        foreach (var line in files.SelectMany(static file => File.ReadLines(Path.Combine(Repository.Root, "packaging", file))))
        {
            if (!line.StartsWith("SystemCallFilter=", StringComparison.Ordinal))
                continue;
            var words = line["SystemCallFilter=".Length..];
            var takesAway = words.StartsWith('~');
            foreach (var call in await ExpandAsync(lab, words.TrimStart('~').Split(' ')))
                _ = takesAway ? allowed.Remove(call) : allowed.Add(call);
        }

        Assert.Contains("bpf", allowed);
        Assert.DoesNotContain("mount", allowed);
        return [.. allowed.Where(numbers.ContainsKey).Select(call => numbers[call])];
    }

    private static async Task<List<string>> ExpandAsync(Lab lab, IEnumerable<string> words)
    {
        var calls = new List<string>();
        foreach (var word in words)
        {
            if (!word.StartsWith('@'))
            {
                calls.Add(word);
                continue;
            }

            var set = (await lab.RunAsync([Tool.Require("systemd-analyze", "systemd"), "--no-pager", "syscall-filter", word])).Succeeded().Output;
            calls.AddRange(await ExpandAsync(lab,
                set.Split('\n').Where(static line => line.StartsWith("    ", StringComparison.Ordinal)).Select(static line => line.Trim())
                .Where(static call => !call.StartsWith('#'))));
        }

        return calls;
    }

    private static async Task<Dictionary<string, uint>> ReadNumbersAsync(Lab lab)
    {
        const string Macro = "#define __NR_";
        var macros = (await lab.RunAsync([Tool.Require("clang", "clang"), "-E", "-dM", "-x", "c", "-include", "sys/syscall.h", "-"])).Succeeded().Output;
        return macros.Split('\n')
            .Where(static line => line.StartsWith(Macro, StringComparison.Ordinal))
            .Select(static line => line[Macro.Length..].Split(' ', 2))
            .Where(static words => words.Length == 2 && uint.TryParse(words[1], out _))
            .ToDictionary(static words => words[0], static words => uint.Parse(words[1]));
    }
}
