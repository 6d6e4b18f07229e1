using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace Proxify.SystemTests.Admin.Chaos;

/// <summary>
/// A proxy with three apps: two whose targets, each a process of its own, are killed and changed at random, and one that nobody touches.
/// </summary>
internal sealed class ChaosLab : IAsyncDisposable
{
    public const string Untouched = "untouched";

    private static readonly string[] Fates = ["keep", "reset"];

    private readonly Dictionary<int, RunningProcess> _echo = [];
    private int _saved;

    private ChaosLab(Lab lab) => Lab = lab;

    public Lab Lab { get; }

    public ProxifyProcess Proxify { get; private set; } = null!;

    private string AdminSocket => Path.Combine(Lab.Directory, "admin.sock");

    public IReadOnlyDictionary<string, int> Ports { get; private set; } = null!;

    public IReadOnlyDictionary<string, int[]> Targets { get; private set; } = null!;

    public static async Task<ChaosLab> CreateAsync()
    {
        var lab = await Lab.CreateAsync();
        var chaos = new ChaosLab(lab);
        string[] apps = ["keeping", "resetting", Untouched];
        chaos.Ports = apps.ToDictionary(static app => app, _ => lab.Port());
        chaos.Targets = apps.ToDictionary(static app => app, _ => Enumerable.Range(0, 3).Select(_ => lab.Port()).ToArray());
        foreach (var port in chaos.Targets.Values.SelectMany(static ports => ports))
            chaos._echo[port] = await lab.StartEchoAsync(ports: port);
        chaos.Proxify = await lab.StartProxifyAsync(chaos.Config());
        await chaos.Proxify.WaitForEventAsync("AdminListening");
        return chaos;
    }

    public static string AppOf(int index) => index == 0 ? "keeping" : "resetting";

    /// <summary>The config as it is at first.</summary>
    public string Config() => Config((_, port) => new { Address = Harness.Config.Local(port), Weight = 1 });

    /// <summary>Other weights, and perhaps other targets, of the apps that are touched.</summary>
    public string Config(PCG random, out List<(string App, string Target)> removed)
    {
        var left = new List<(string, string)>();
        var config = Config((app, port) =>
        {
            if (app == Untouched)
                return new { Address = Harness.Config.Local(port), Weight = 1 };
            if (port != Targets[app][0] && random.Next(4) == 0)
            {
                left.Add((app, Harness.Config.Local(port)));
                return null;
            }

            return new { Address = Harness.Config.Local(port), Weight = 1 + (int)random.Next(5) };
        });
        removed = left;
        return config;
    }

    /// <summary>Over the UNIX socket.</summary>
    public HttpClient Http() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, stop) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(AdminSocket), stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://localhost"),
        Timeout = Patience.Limit,
    };

    /// <summary>A target's process dies, whichever apps have the target, and is started again when some sessions have gone by.</summary>
    public Task KillAsync(Journal journal, string app, int index, Func<Task> progress)
    {
        var port = Targets[app][index];
        return journal.NoteAsync(DeedKind.Death, null, Harness.Config.Local(port), async () =>
        {
            _echo[port].Signal(Posix.SigKill);
            await _echo[port].ExitAsync();
            await progress();
            return _echo[port] = await ReviveAsync(port);
        });
    }

    /// <summary>Until it comes up: a connection that the dead one has left may keep its port for a moment.</summary>
    private async Task<RunningProcess> ReviveAsync(int port)
    {
        RunningProcess echo = null!;
        await Patience.Eventually(async () =>
        {
            echo = Lab.Start([Repository.Binary, "echo", $"{port}"]);
            var listens = echo.Output.WaitAsync(static line => line.Contains("listening", StringComparison.Ordinal));
            await Task.WhenAny(listens, echo.ExitAsync());
            return listens.IsCompletedSuccessfully;
        });
        return echo;
    }

    /// <summary>The file has other weights, and perhaps other targets.</summary>
    public async Task ReloadAsync(Journal journal, PCG random)
    {
        var config = Config(random, out var removed);
        Task<int> reload = Task.Run(async () =>
        {
            await Proxify.ReloadAsync($"{config}{new string('\n', ++_saved)}"); // what is as it was would not be told
            return 0;
        });
        foreach (var (app, target) in removed)
        {
            var rest = reload;
            reload = journal.NoteAsync(DeedKind.Removal, app, target, () => rest);
        }

        await reload;
    }

    /// <summary>The file is not good for a while.</summary>
    public async Task SpoilAsync()
    {
        var position = Proxify.LogPosition;
        Proxify.ReplaceConfig($"{{ \"Apps\": [ nonsense {_saved++}");
        await Proxify.WaitForEventAsync("ConfigRejected", position);
    }

    /// <summary>The config is the one of the beginning, and nothing is changed besides.</summary>
    public async Task UndoAsync(HttpClient http)
    {
        Proxify.ReplaceConfig(Config());
        (await http.PostAsync("/v1/reload", null)).EnsureSuccessStatusCode();
        foreach (var change in (await http.GetFromJsonAsync<JsonArray>("/v1/changes"))!)
        {
            var (app, target) = ($"{change!["app"]}", Uri.EscapeDataString($"{change["target"]}"));
            using var undo = $"{change["kind"]}" switch
            {
                "weight" => await http.PostAsync($"/v1/apps/{app}/targets/{target}/enable", null),
                "target_added" => await http.DeleteAsync($"/v1/apps/{app}/targets/{target}"),
                "target_removed" => await http.PostAsJsonAsync($"/v1/apps/{app}/targets", new { target = $"{change["target"]}" }),
                "port" => await http.DeleteAsync($"/v1/apps/{app}/ports/{change["value"]}"),
                _ => await http.PostAsync($"/v1/apps/{app}/resume", null),
            };
            undo.EnsureSuccessStatusCode();
        }

        Assert.Empty((await http.GetFromJsonAsync<JsonArray>("/v1/changes"))!);
    }

    public ValueTask DisposeAsync() => Lab.DisposeAsync();

    private string Config(Func<string, int, object?> target) => JsonSerializer.Serialize(new
    {
        Apps = Ports.Keys.Select((app, i) => new
        {
            Name = app,
            Ports = new[] { Ports[app] },
            Targets = Targets[app].Select(port => target(app, port)).OfType<object>(),
            Health = new { Interval = "250ms", Timeout = "10s", OnDown = Fates[i % 2], OnRemove = Fates[i % 2] },
        }),
        Admin = new { Socket = AdminSocket },
    });
}
