using Proxify.Linux;

namespace Proxify.Steering;

/// <summary>
/// Drops the capabilities that only the start needed, from every thread. Capabilities belong to threads, and a .NET process has several before Main
/// runs, so dropping them in place would leave some behind. Instead the process loads and attaches steering, drops what it need not keep, and executes
/// itself again: the new image has one thread's capabilities and no others, and inherits steering as open descriptors. The process id stays.
/// </summary>
internal static class SteeringHandover
{
    private const string Variable = "PROXIFY_STEERING";

    /// <summary>Is this the second image, to which <see cref="Take"/> gives steering? Then nothing is to be loaded.</summary>
    public static bool IsPending => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>
    /// Hands an attached program that has no ports and no rules yet to a new image of this process, with the same arguments and environment.
    /// Does not return.
    /// </summary>
    /// <param name="program">Loaded and attached.</param>
    /// <param name="keep">
    /// Capabilities to keep, if the process has them. Steering itself needs none any more since Linux 5.19, and <see cref="Capability.Bpf"/> before
    /// (see <see cref="NeededAfterwards"/>); <see cref="Capability.NetBindService"/> is for listeners below port 1024, <see cref="Capability.NetRaw"/> for
    /// dials from clients' addresses, <see cref="Capability.DacReadSearch"/> for files that are another user's.
    /// </param>
    /// <exception cref="SteeringException">The kernel refuses; this thread may have lost capabilities.</exception>
    public static void ExecuteConfined(SteeringProgram program, params ReadOnlySpan<Capability> keep)
    {
        var descriptors = program.Export();
        foreach (var descriptor in descriptors)
            Libc.SetCloseOnExec(descriptor, close: false);

        var environment = new List<string> { $"{Variable}={string.Join(',', descriptors)}" };
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            environment.Add($"{variable.Key}={variable.Value}");
        var arguments = File.ReadAllText("/proc/self/cmdline").Split('\0')[..^1]; // each ends with a NUL, an empty one too

        RemoveDiagnosticSocket();
        var result = Libc.LimitCapabilities(keep);
        if (result < 0)
            throw new SteeringException($"cannot drop capabilities: {Errno.Describe(result)}");
        result = Libc.Execute("/proc/self/exe", arguments, environment);
        throw new SteeringException($"cannot execute /proc/self/exe: {Errno.Describe(result)}");
    }

    /// <summary>What steering goes on needing once it is attached: nothing, or on kernels before 5.19, where every bpf(2) call asks for it, CAP_BPF.</summary>
    public static Capability[] NeededAfterwards => Environment.OSVersion.Version >= new Version(5, 19) ? [] : [Capability.Bpf];

    /// <summary>The program that the first image loaded and attached.</summary>
    /// <exception cref="SteeringException">What was handed over is no steering program.</exception>
    public static SteeringProgram Take()
    {
        var value = Environment.GetEnvironmentVariable(Variable) ?? "";
        Environment.SetEnvironmentVariable(Variable, null);

        var descriptors = new List<int>();
        foreach (var part in value.Split(','))
        {
            if (int.TryParse(part, out var descriptor))
                descriptors.Add(descriptor);
        }

        foreach (var descriptor in descriptors)
            Libc.SetCloseOnExec(descriptor, close: true);
        RestoreName();
        return SteeringProgram.Import(descriptors)
            ?? throw new SteeringException($"the environment variable {Variable} names no steering program; do not set it by hand");
    }

    /// <summary>
    /// The runtime names its diagnostic port's socket after process id and start time, which stay: left where it is, the next image could not bind its own.
    /// </summary>
    private static void RemoveDiagnosticSocket()
    {
        try
        {
            foreach (var socket in Directory.EnumerateFiles(Path.GetTempPath(), $"dotnet-diagnostic-{Environment.ProcessId}-*-socket"))
                File.Delete(socket);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only metrics would be missed.
        }
    }

    /// <summary>execve(2) has named the process after the path it was given, "exe"; ps, pgrep and ss shall show the program's own name.</summary>
    private static void RestoreName()
    {
        try
        {
            File.WriteAllText("/proc/self/comm", Path.GetFileName(Environment.ProcessPath));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only a name.
        }
    }
}
