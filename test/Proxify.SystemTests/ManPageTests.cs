namespace Proxify.SystemTests;

/// <summary>proxify(1) says what the program says, in a way that all can read.</summary>
public sealed class ManPageTests
{
    private static readonly string Page = Path.Combine(Repository.Root, "packaging/man/proxify.1");

    [Fact]
    public async Task Page_has_the_commands_as_the_program_tells_them()
    {
        var page = await ManPage.WriteAsync();
        if (Environment.GetEnvironmentVariable("PROXIFY_WRITE_REFERENCE") == "1")
            await File.WriteAllTextAsync(Page, page, TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllTextAsync(Page, TestContext.Current.CancellationToken), page);
    }

    [Theory]
    [InlineData("groff", "groff", "-man", "-ww", "-z", "-Tutf8")]
    [InlineData("mandoc", "mandoc", "-T", "lint", "-W", "warning")]
    public async Task Nobody_finds_fault_with_the_page(string tool, string package, params string[] options)
    {
        var result = await RunningProcess.RunAsync([Tool.Require(tool, package), .. options, Page]);

        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Errors));
    }
}
