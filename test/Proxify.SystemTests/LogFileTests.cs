namespace Proxify.SystemTests;

/// <summary>A log file, and who rotates it.</summary>
public sealed class LogFileTests
{
    [Fact]
    public async Task A_file_that_was_renamed_gets_no_line_after_the_signal_and_the_new_one_all()
    {
        await using var lab = await Lab.CreateAsync();
        var (echo, port, file) = (await lab.StartEchoAsync(), lab.Port(), Path.Combine(lab.Directory, "proxify.log"));
        var proxy = lab.LaunchProxify(Config.Single(port, echo[0]), new() { Arguments = ["--log-file", file] });
        await SeenAsync(file, "Started");

        File.Move(file, $"{file}.1");
        await lab.EchoesAsync(port);
        await SeenAsync($"{file}.1", "Session");
        proxy.Signal(Posix.SigUser1);
        await Patience.Eventually(async () =>
        {
            await lab.EchoesAsync(port);
            return File.Exists(file);
        });

        await SeenAsync(file, "Session");
        var before = new FileInfo($"{file}.1").Length;
        await lab.EchoesAsync(port);
        proxy.Signal(Posix.SigTerm);
        Assert.Equal(0, await proxy.ExitAsync());
        Assert.Equal(before, new FileInfo($"{file}.1").Length);
        Assert.Contains("\"Stopped\"", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Empty(proxy.Log.Lines);

        static Task SeenAsync(string path, string name) => Patience.Eventually(() => File.Exists(path) && File.ReadAllText(path).Contains($"\"{name}\""));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_told_at_the_start()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = lab.LaunchProxify(Config.Single(lab.Port(), 1), new() { Arguments = ["--log-file", "/none/proxify.log"] });

        Assert.Equal(1, await proxy.ExitAsync());
        Assert.StartsWith("proxify: --log-file: ", proxy.Problems.Single());
    }
}
