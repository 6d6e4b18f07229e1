namespace Proxify.SystemTests.Harness;

/// <summary>What a program that has ended left behind.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Errors)
{
    public ToolResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Errors}{Output}");
        return this;
    }
}
