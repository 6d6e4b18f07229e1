namespace Proxify.Peers;

/// <summary>This program.</summary>
static class Self
{
    /// <summary>What starts it with those arguments: by itself, or by dotnet.</summary>
    public static (string Program, string[] Arguments) Command(string[] arguments) =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? (Environment.ProcessPath!, [Environment.GetCommandLineArgs()[0], .. arguments])
            : (Environment.ProcessPath!, arguments);
}
