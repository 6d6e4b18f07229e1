namespace Proxify.Tests.Configuration;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("proxify-test-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string content)
    {
        System.IO.File.WriteAllText(File(name), content);
        return File(name);
    }

    /// <summary>A pipe, which nobody writes to; gives its path.</summary>
    public string MakePipe(string name)
    {
        using var mkfifo = System.Diagnostics.Process.Start("mkfifo", [File(name)]);
        mkfifo.WaitForExit();
        Assert.Equal(0, mkfifo.ExitCode);
        return File(name);
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
