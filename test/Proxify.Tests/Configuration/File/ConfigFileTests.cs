using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

public sealed class ConfigFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_valid_file_gives_its_config()
    {
        var path = _folder.Write("config.json", ConfigText.Minimal);

        Assert.Equal("a", ConfigFile.Load(path).ConfigOrThrow().Apps[0].Name);
    }

    [Fact]
    public void Load_wrong_file_gives_lines_with_the_path_as_written()
    {
        _folder.Write("config.json", "{\n  \"Apps\": [5]\n}");
        var path = Path.GetRelativePath(Environment.CurrentDirectory, _folder.File("config.json"));
        var result = ConfigFile.Load(path);

        Assert.StartsWith($"{path}:2:12: Apps[0]: expected an app", Assert.Single(result.Errors).ToString(path), StringComparison.Ordinal);
        Assert.Equal(result.Errors, Assert.Throws<InvalidConfigException>(result.ConfigOrThrow).Errors);
    }

    [Theory]
    [InlineData("missing.json", "missing.json: no such file")]
    [InlineData("missing/config.json", "missing/config.json: no such file")]
    [InlineData("", ": is a directory; expected a file")]
    [InlineData("huge.json", "huge.json: is larger than 16 MiB")]
    [InlineData("loop.json", "loop.json: cannot be read: ")]
    [InlineData("nul\0.json", ": cannot be read: ")]
    public void Load_file_that_cannot_be_read_says_why(string name, string error)
    {
        using (var huge = File.Create(_folder.File("huge.json")))
            huge.SetLength(ConfigFile.MaxBytes + 1);

        File.CreateSymbolicLink(_folder.File("loop.json"), _folder.File("loop.json"));
        var path = _folder.File(name);

        Assert.Contains(error, Assert.Single(ConfigFile.Load(path).Errors).ToString(path));
    }

    [Fact]
    public void Load_of_a_pipe_is_refused_without_waiting_for_its_writer()
    {
        var path = _folder.MakePipe("pipe");

        Assert.Contains("is a pipe or a device; expected a file", Assert.Single(ConfigFile.Load(path).Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_unreadable_file_says_so()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may read everything");
        var path = _folder.Write("config.json", ConfigText.Minimal);
        using (var chmod = System.Diagnostics.Process.Start("chmod", ["0", path]))
            chmod.WaitForExit();

        Assert.Equal("permission denied", Assert.Single(ConfigFile.Load(path).Errors).ToString());
    }

    [Fact]
    public void Load_gives_what_the_file_holds_now_and_what_was_seen_only_while_it_is_gone()
    {
        var path = _folder.Write("config.json", ConfigText.Minimal);
        var seen = ConfigFile.Load(path);

        File.WriteAllText(path, ConfigText.Minimal.Replace("\"a\"", "\"newer\""));
        Assert.Equal("newer", ConfigFile.LoadOr(path, seen).ConfigOrThrow().Apps[0].Name);
        File.WriteAllText(path, "");
        Assert.NotEmpty(ConfigFile.LoadOr(path, seen).Errors);
        File.Delete(path);
        Assert.Same(seen, ConfigFile.LoadOr(path, seen));
    }

    [Fact]
    public void Load_file_of_the_largest_size_is_read()
    {
        var path = _folder.Write("config.json", ConfigText.Minimal.PadRight(ConfigFile.MaxBytes));

        Assert.True(ConfigFile.Load(path).IsValid);
    }
}
