using Proxify.SystemTests.Admin;

namespace Proxify.SystemTests;

/// <summary>What the shells themselves make of the scripts.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("proxify ver", "version")]
    [InlineData("proxify st", "status steering")]
    [InlineData("proxify status --j", "--json")]
    [InlineData("proxify --transport ", "auto sockets uring")]
    [InlineData("proxify --log-level i", "info")]
    [InlineData("proxify -c x check --log-f", "--log-file --log-format")]
    [InlineData("proxify check --res", "--resolve")]
    [InlineData("proxify steering ", "add remove")]
    [InlineData("proxify completion ", "bash fish zsh")]
    [InlineData("proxify version ", "")]
    public async Task Bash_completes_commands_options_and_values(string line, string expected)
    {
        await using var lab = await Lab.CreateAsync();

        Assert.Equal(expected, await BashAsync(lab, line, admin: "/none"));
    }

    [Fact]
    public async Task Bash_completes_apps_and_targets_of_the_running_proxy()
    {
        await using var lab = await AdminLab.CreateAsync();
        var targets = lab.Targets.Select(Config.Local).ToArray();

        Assert.Equal("app", await BashAsync(lab.Lab, "proxify drain ", lab.Socket));
        Assert.Equal(string.Join(' ', targets), await BashAsync(lab.Lab, "proxify drain app ", lab.Socket));
        // Readline holds a colon for the end of a word, and puts what is told behind it.
        Assert.Equal(string.Join(' ', lab.Targets), await BashAsync(lab.Lab, "proxify drain app 127.0.0.1:", lab.Socket));
        Assert.Equal("app", await BashAsync(lab.Lab, "proxify sessions --app ", lab.Socket));
        Assert.Equal("", await BashAsync(lab.Lab, "proxify drain app --within ", lab.Socket));
    }

    [Fact]
    public async Task Zsh_and_fish_complete_the_same()
    {
        await using var lab = await AdminLab.CreateAsync();
        var folder = Folder(lab.Lab);
        var environment = new Dictionary<string, string> { ["PATH"] = $"{folder}:/usr/bin:/bin", ["PROXIFY_ADMIN"] = lab.Socket, ["HOME"] = folder };

        var fish = await RunningProcess.RunAsync(
            [Tool.Require("fish", "fish"), "-c", "proxify completion fish | source; complete -C 'proxify drain app '; complete -C 'proxify st'"], "", folder, environment);
        Assert.Equal([.. lab.Targets.Select(Config.Local), "status", "steering"], fish.Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        // compadd can be had from a widget alone: in its place a function says what it is given.
        const string Script = """
            compdef() { :; }; compadd() { print -r -- ${(P)2}; }; source <(proxify completion zsh)
            words=(proxify drain app ''); CURRENT=4; _proxify; words=(proxify st); CURRENT=2; _proxify
            """;
        var zsh = await RunningProcess.RunAsync([Tool.Require("zsh", "zsh"), "-f", "-c", Script], "", folder, environment);
        Assert.Equal($"{string.Join(' ', lab.Targets.Select(Config.Local))}\nstatus steering", zsh.Succeeded().Output.TrimEnd());
    }

    [Fact]
    public async Task Zsh_finds_the_script_in_a_folder_of_its_own_at_the_first_call()
    {
        await using var lab = await Lab.CreateAsync();
        var folder = Folder(lab);
        var environment = new Dictionary<string, string> { ["PATH"] = $"{folder}:/usr/bin:/bin", ["PROXIFY_ADMIN"] = "/none", ["HOME"] = folder };

        const string Script = """
            proxify completion zsh > ~/_proxify; fpath=(~ $fpath); autoload -Uz compinit; compinit -D; print -r -- ${_comps[proxify]}
            compadd() { print -r -- ${(P)2}; }; words=(proxify st); CURRENT=2; _proxify
            """;
        var zsh = await RunningProcess.RunAsync([Tool.Require("zsh", "zsh"), "-f", "-c", Script], "", folder, environment);

        Assert.Equal("_proxify\nstatus steering", zsh.Succeeded().Output.TrimEnd());
    }

    /// <summary>What bash would offer, by the function that the script has it call.</summary>
    private static async Task<string> BashAsync(Lab lab, string line, string admin)
    {
        const string Script = """
            source <(proxify completion bash) && complete -p proxify >/dev/null || exit 1
            COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=($1) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _proxify proxify "" ""; echo "${COMPREPLY[*]}"
            """;
        var environment = new Dictionary<string, string> { ["PATH"] = $"{Folder(lab)}:/usr/bin:/bin", ["PROXIFY_ADMIN"] = admin };
        return (await RunningProcess.RunAsync(["bash", "-c", Script, "bash", line], "", lab.Directory, environment)).Succeeded().Output.TrimEnd();
    }

    /// <summary>In which the program is, by its own name.</summary>
    private static string Folder(Lab lab)
    {
        var folder = Directory.CreateDirectory(Path.Combine(lab.Directory, "bin")).FullName;
        var link = Path.Combine(folder, "proxify");
        if (!File.Exists(link))
            File.CreateSymbolicLink(link, Repository.Binary);
        return folder;
    }
}
