using System.Text;

namespace Proxify.Program.Admin.Client.Top;

/// <summary>The alternate screen of a terminal, of which only lines that have changed are written: good over a slow line.</summary>
internal sealed class TopScreen : IDisposable
{
    private readonly Stream _output = Console.OpenStandardOutput();
    private string[] _shown = [];

    public TopScreen() => Write("\e[?1049h\e[?25l\e[2J");

    public static int Width => Math.Max(40, Console.WindowWidth);

    public static int Height => Math.Max(8, Console.WindowHeight);

    public void Show(IReadOnlyList<string> lines)
    {
        var text = new StringBuilder();
        if (lines.Count != _shown.Length)
        {
            text.Append("\e[2J");
            _shown = new string[lines.Count];
        }

        for (var i = 0; i < lines.Count; i++)
        {
            if (_shown[i] == lines[i])
                continue;
            text.Append($"\e[{i + 1};1H{lines[i]}\e[K");
            _shown[i] = lines[i];
        }

        Write(text.ToString());
    }

    public void Dispose()
    {
        Write("\e[?25h\e[?1049l");
        _output.Dispose();
    }

    private void Write(string text)
    {
        _output.Write(Encoding.UTF8.GetBytes(text));
        _output.Flush();
    }
}
