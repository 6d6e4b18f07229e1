using Proxify.Peers.Works;

namespace Proxify.Peers.Contenders;

/// <summary>proxify, which somebody watches meanwhile: what observation costs those who use it.</summary>
sealed class ObservedContender(FileInfo binary, string watcher) : Contender($"proxify+{watcher}")
{
    public static IReadOnlyList<string> Watchers { get; } = ["nobody", "scrape", "dashboard", "top"];

    readonly ProxifyContender _proxify = new(binary, "proxify");

    public override string[] Version => _proxify.Version;

    protected override string Program => throw new NotSupportedException();

    public override async Task<Relay> StartAsync(IWork work, Workspace workspace, CancellationToken cancellation)
    {
        var relay = await _proxify.StartAsync(work, workspace, cancellation);
        var socket = _proxify.AdminSocket!;
        // As Prometheus does at its fastest, as dashboard.js does with an app open, and as a terminal of 120 columns shows it.
        var wait = $"until [[ -S {socket} ]]; do sleep 0.1; done";
        var ask = $"curl -sS -o /dev/null --unix-socket {socket} http://localhost";
        relay.Watcher = watcher switch
        {
            "scrape" => Shell($"{wait}; while {ask}/metrics; do sleep 1; done"),
            "dashboard" => Shell($"{wait}; {ask}/v1/events/stream?after=0 -N & while {ask}/v1/status && {ask}/v1/apps && {ask}/v1/targets?app=bench"
                + $" && {ask}'/v1/sessions?skip=0&limit=50'; do sleep 2; done"),
            "top" => Shell($"{wait}; sleep infinity | script -qfc 'stty columns 120 rows 40; {binary.FullName} top --admin {socket}' /dev/null"),
            _ => null,
        };
        return relay;
    }

    protected override string[] Arguments(int listen, IWork work, Workspace workspace) => throw new NotSupportedException();

    static ProcessHandle Shell(string command) => ProcessHandle.Start("bash", "-c", command);
}
