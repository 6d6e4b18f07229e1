using System.Text.Json;

namespace Proxify.SystemTests.Etcd;

/// <summary>A machine whose proxy has its config from etcd.</summary>
/// <param name="lab">Its network. What it keeps is in the lab's folder.</param>
/// <param name="name">By which others know it.</param>
/// <param name="source">Which etcds, and how they are reached: <c>etcd://10.0.0.1:2379</c>.</param>
/// <param name="options">More of the place's options, each with an ampersand before it.</param>
internal sealed class Machine(Lab lab, string name, string source, string options = "")
{
    private const string Administered = "Administered at ";

    private ProxifyProcess? _proxify;

    public Lab Lab => lab;

    public string Name => name;

    /// <summary>Where the last good config is kept.</summary>
    public string Folder => Path.Combine(lab.Directory, $"state-{name}");

    public string Config => $"{source}/proxify?folder={Folder}&machine={name}{options}";

    public ProxifyProcess Proxify => _proxify!;

    /// <summary>The one on which it is administered; known when it has started.</summary>
    public string Socket { get; private set; } = "";

    /// <summary>Starts its proxy, and waits until that serves.</summary>
    public async Task StartAsync(ProxifyOptions? with = null)
    {
        Launch(with);
        await Proxify.WaitForEventAsync("Started");
        var administered = (await Proxify.WaitForEventAsync("AdminListening")).Message;
        Socket = administered[Administered.Length..].TrimEnd('.');
    }

    /// <summary>Starts its proxy without waiting.</summary>
    public void Launch(ProxifyOptions? with = null) => _proxify = lab.LaunchProxify("", (with ?? new()) with { ConfigPath = Config });

    /// <summary>Waits for the end of a start that fails.</summary>
    /// <returns>
    /// The one line that it leaves on standard error. Where the machine is too busy for an answer in the time of a start: that of a later one.
    /// </returns>
    public async Task<string> FailedStartAsync()
    {
        var problem = "";
        await Patience.Eventually(async () =>
        {
            Launch();
            Assert.Equal(1, await Proxify.ExitAsync());
            problem = Assert.Single(Proxify.Problems);
            return !problem.Contains("no answer in time", StringComparison.Ordinal);
        });
        return problem;
    }

    /// <summary>A command of the program's, for this machine's proxy.</summary>
    public Task<ToolResult> CommandAsync(params string[] words) => lab.RunAsync([Repository.Binary, .. words, "--admin", Socket]);

    /// <summary>What the admin API answers.</summary>
    public async Task<JsonElement> AskAsync(string path)
    {
        string[] curl = [Tool.Require("curl", "curl"), "-sS", "--fail-with-body", "--unix-socket", Socket];
        return JsonDocument.Parse((await lab.RunAsync([.. curl, $"http://localhost{path}"])).Succeeded().Output).RootElement;
    }

    /// <summary>Waits until it serves a port, or does not any more.</summary>
    public Task ServesAsync(int port, bool serves = true) =>
        Patience.Eventually(() => lab.IsRefused(port) != serves, what: $"{name} {(serves ? "serves" : "leaves")} {port}; its log:\n{Proxify.Log}");

    /// <summary>Waits until a key is in its copy of the config, which is written once that is in force.</summary>
    public Task HasCopyOfAsync(string key) =>
        Patience.Eventually(() => File.ReadAllText(Path.Combine(Folder, "keys.json")).Contains(key, StringComparison.Ordinal), what: $"a copy with {key}");

    /// <summary>Ends its proxy as a loss of power does.</summary>
    public async Task KillAsync()
    {
        Proxify.Signal(Posix.SigKill);
        await Proxify.ExitAsync();
    }
}
