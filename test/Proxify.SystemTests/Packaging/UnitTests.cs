namespace Proxify.SystemTests.Packaging;

/// <summary>packaging/proxify.service and what steering adds to it, as systemd's own tool judges them.</summary>
public sealed class UnitTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unit_is_well_formed_and_has_few_rights(bool withSteering)
    {
        await using var lab = await Lab.CreateAsync();
        var systemd = Tool.Require("systemd-analyze", "systemd");
        var unit = Path.Combine(lab.Directory, "proxify.service");
        await CopyAsync("proxify.service", unit);
        if (withSteering)
        {
            Directory.CreateDirectory($"{unit}.d");
            await CopyAsync("steering.conf", Path.Combine(lab.Directory, "proxify.service.d/steering.conf"));
        }

        var verdict = await lab.RunAsync([systemd, "--no-pager", "--man=no", "verify", unit]);
        Assert.Equal((0, "", ""), (verdict.ExitCode, verdict.Output, verdict.Errors));
        // 3.0, in tenths; 10 is a unit without any of it.
        (await lab.RunAsync([systemd, "--no-pager", "security", "--offline=true", "--threshold=30", unit])).Succeeded();
    }

    /// <summary>With the program where it is here: a program that is not there is a fault.</summary>
    private static async Task CopyAsync(string name, string path) => await File.WriteAllTextAsync(
        path, (await File.ReadAllTextAsync(Path.Combine(Repository.Root, "packaging", name))).Replace("/usr/local/bin/proxify", Repository.Binary));
}
