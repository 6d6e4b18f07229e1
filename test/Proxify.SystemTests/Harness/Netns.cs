using System.Runtime.ExceptionServices;

namespace Proxify.SystemTests.Harness;

/// <summary>A network of one test's own: no port, rule or route meets another test's, or the machine's. Needs root.</summary>
internal sealed class Netns : IDisposable
{
    private static int _count;

    private readonly string _etc;

    private Netns(string name)
    {
        Name = name;
        _etc = Path.Combine("/etc/netns", name);
    }

    public string Name { get; }

    public static async Task<Netns> CreateAsync()
    {
        var netns = new Netns($"proxify-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        (await RunningProcess.RunAsync([Ip, "netns", "add", netns.Name])).Succeeded();
        (await RunningProcess.RunAsync([Ip, "-n", netns.Name, "link", "set", "lo", "up"])).Succeeded();
        return netns;
    }

    /// <summary>The command that runs <paramref name="command"/> inside. It keeps its process id: ip(8) executes it in its own place.</summary>
    public string[] Wrap(params IEnumerable<string> command) => [Ip, "netns", "exec", Name, .. command];

    /// <summary>Makes something, a socket, inside: it stays there whoever uses it afterwards.</summary>
    public T Make<T>(Func<T> make)
    {
        T made = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle(Path.Combine("/run/netns", Name));
                if (Posix.SetNamespace(handle, Posix.CloneNewNet) != 0)
                    throw new System.ComponentModel.Win32Exception();
                made = make();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        // A thread that has entered a namespace is not lent to anybody else: it ends here.
        thread.Start();
        thread.Join();
        failure?.Throw();
        return made;
    }

    /// <summary>Replaces a file of /etc for programs started inside afterwards (ip-netns(8)).</summary>
    public void SetEtc(string file, string content)
    {
        Directory.CreateDirectory(_etc);
        File.WriteAllText(Path.Combine(_etc, file), content);
    }

    public void Dispose()
    {
        using var delete = System.Diagnostics.Process.Start(Ip, ["netns", "del", Name]);
        delete.WaitForExit();
        if (Directory.Exists(_etc))
            Directory.Delete(_etc, recursive: true);
    }

    private static string Ip => Tool.Require("ip", "iproute2");
}
