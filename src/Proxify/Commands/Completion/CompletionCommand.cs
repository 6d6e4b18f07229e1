using System.CommandLine;

namespace Proxify.Program.Commands.Completion;

/// <summary><c>proxify completion bash</c>: the script that has a shell ask <c>proxify complete</c> what a word may go on with.</summary>
internal static class CompletionCommand
{
    // A colon ends a word for readline (COMP_WORDBREAKS): words are taken from the line, and what is before the colon is left out.
    private const string Bash = """
        # In ~/.bashrc: source <(proxify completion bash)
        _proxify() {
            local line=${COMP_LINE:0:COMP_POINT} IFS=$' \t'
            local -a words
            read -ra words <<<"$line"
            [[ $line == *[[:space:]] ]] && words+=('')
            local IFS=$'\n' last=${words[-1]}
            COMPREPLY=($("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null))
            [[ $last == *:* ]] && COMPREPLY=("${COMPREPLY[@]#"${last%"${last##*:}"}"}")
        }
        complete -o default -F _proxify proxify
        """;

    private const string Zsh = """
        #compdef proxify
        # As _proxify in a folder of $fpath, or in ~/.zshrc after compinit: source <(proxify completion zsh)
        _proxify() {
            local -a candidates
            candidates=("${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
            candidates=("${(@)candidates:#}")
            (( $#candidates )) && compadd -a candidates || _files
        }
        # Found in $fpath, this file is the function the first time that it is called.
        if [[ ${funcstack[1]} == _proxify ]]; then _proxify "$@"; else compdef _proxify proxify; fi
        """;

    private const string Fish = """
        # In ~/.config/fish/completions/proxify.fish: what "proxify completion fish" prints
        function __proxify_candidates
            set -l words (commandline -opc) (commandline -ct)
            set -l candidates ($words[1] complete -- $words[2..-1] 2>/dev/null)
            test (count $candidates) -gt 0; and printf '%s\n' $candidates; or __fish_complete_path (commandline -ct)
        end
        complete -c proxify -f -a '(__proxify_candidates)'
        """;

    private static readonly Dictionary<string, string> s_scripts = new(StringComparer.Ordinal) { ["bash"] = Bash, ["zsh"] = Zsh, ["fish"] = Fish };

    /// <param name="root">With all commands.</param>
    public static IEnumerable<Command> Create(Command root)
    {
        var shell = new Argument<string>(string.Join('|', s_scripts.Keys)) { Description = "Which shell." };
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [{ } token] && !s_scripts.ContainsKey(token.Value))
                result.AddError($"\"{token.Value}\" is no shell that is known here; expected one of: {string.Join(", ", s_scripts.Keys)}");
        });
        var script = new Command("completion", "Print the script with which a shell completes proxify's commands, options, apps and targets.") { shell };
        script.SetAction(parsed => Output.WriteLines(s_scripts[parsed.GetValue(shell)!]));
        yield return script;

        var words = new Argument<string[]>("WORD") { Arity = ArgumentArity.ZeroOrMore };
        var complete = new Command("complete", "What the scripts of \"completion\" ask for.") { words };
        complete.Hidden = true;
        complete.SetAction(async (parsed, _) => Output.WriteLines(string.Join('\n', await new CompletionWords(root).OfAsync(parsed.GetValue(words) ?? []))));
        yield return complete;
    }
}
