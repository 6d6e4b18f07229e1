using System.CommandLine;
using Proxify.Program.Etcd;
using Proxify.Program.Logging;
using Proxify.Transport;

namespace Proxify.Program.Commands;

/// <summary>
/// The options of a start. <c>check</c> takes the same ones, before it or after it, so that it judges the very command line that is to be started.
/// </summary>
internal sealed class RunOptions
{
    /// <summary>As the config's name: standard input.</summary>
    public const string StandardInput = "-";

    public RunOptions()
    {
        LogLevel.DefaultValueFactory = _ => "info";
        Config.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
                result.AddError("-c: the name is empty; expected a file");
            else if (result.Tokens is [{ Value: { } name }] && EtcdLocation.IsMeant(name) && EtcdProblem(name) is { } problem)
                result.AddError($"-c: {problem}");
        });
        State.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
                result.AddError("--state: the name is empty; expected a file");
        });
        Workers.Validators.Add(result =>
        {
            if (result.Tokens is [{ } token] && (!int.TryParse(token.Value, out var workers) || workers is < 0 or > 1024))
                result.AddError($"--workers: \"{token.Value}\" is no number of threads; expected 0-1024");
        });
        Port.Validators.Add(result =>
        {
            if (result.Tokens is [{ } token] && (!int.TryParse(token.Value, out var port) || port is < 1 or > 65535))
                result.AddError($"-p: \"{token.Value}\" is not a port; expected 1-65535");
        });
    }

    public Option<string> Config { get; } = new("--config", "-c")
    {
        Description = "The config: a file, or etcd://HOST/PREFIX.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "config.json",
    };

    public Option<bool> Steering { get; } =
        new("--bpf", "-b") { Description = "One listener, and eBPF steering of every configured port to it (needs root, or CAP_BPF and CAP_NET_ADMIN)." };

    public Option<int> Port { get; } = new("--port", "-p") { Description = "The listener's port with -b.", HelpName = "PORT", DefaultValueFactory = _ => 8080 };

    public Option<string> Transport { get; } = OneOf("--transport", "How connections are handled.", [.. Transports.Names]);

    public Option<int> Workers { get; } =
        new("--workers") { Description = "Threads of the uring transport; 0, the default, is one per two processors.", HelpName = "N" };

    public Option<string> LogFormat { get; } = OneOf(
        "--log-format", "How log lines look, or that they go to systemd's journal or to syslog, with their fields.", LogFormats.Words);

    public Option<string> LogLevel { get; } = OneOf("--log-level", "The least level that is logged; session records are info.", [.. LogLevels.Words.Keys]);

    public Option<string?> LogFile { get; } =
        new("--log-file") { Description = "Log to this file instead of standard output; SIGUSR1 has it opened anew.", HelpName = "FILE" };

    public Option<string?> State { get; } = new("--state")
    {
        Description = "Keep changes made at run time (weights, targets, ports, pauses) in this file, and begin with those that it has.",
        HelpName = "FILE",
    };

    private IEnumerable<Option> All => [Config, Steering, Port, Transport, Workers, LogFormat, LogLevel, LogFile, State];

    /// <summary>Whether JSON lines are wanted, as far as that can be told from a command line that may be wrong.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetResult(LogFormat)?.Tokens is [{ Value: LogFormats.Json }];

    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Options.Add(option);
    }

    /// <summary>What one option alone cannot tell; null when nothing is wrong.</summary>
    /// <param name="parsed">The whole command line: options may stand before the verb.</param>
    /// <param name="verb">The command that is to be run; it has no use for options that are not its own.</param>
    /// <param name="isCheck">Only a check may read what cannot be read again.</param>
    public string? Problem(ParseResult parsed, Command verb, bool isCheck)
    {
        foreach (var option in All)
        {
            if (parsed.GetResult(option) is { Implicit: false } given && !verb.Options.Contains(option))
                return $"{given.IdentifierToken}: has no effect on \"{verb.Name}\"";
        }

        if (parsed.GetResult(Port) is { Implicit: false } && !parsed.GetValue(Steering))
            return "-p: only steering has a port of its own; use it with -b";
        if (!isCheck && parsed.GetValue(Config) == StandardInput)
            return "-c: standard input can only be checked (proxify check -c -); a running proxy reads its config again whenever it changes, so it needs a file";
        if (parsed.GetValue(LogFile) is not null && LogFormats.SocketOf(parsed.GetValue(LogFormat)!) is { } socket)
            return $"--log-file: with --log-format {parsed.GetValue(LogFormat)} the log goes to {socket}";
        return null;
    }

    private static string? EtcdProblem(string text)
    {
        try
        {
            _ = EtcdLocation.Parse(text);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    private static Option<string> OneOf(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', values), DefaultValueFactory = _ => values[0] };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ } token] && !values.Contains(token.Value))
                result.AddError($"{name}: \"{token.Value}\" is unknown; expected one of: {string.Join(", ", values)}");
        });
        return option;
    }
}
