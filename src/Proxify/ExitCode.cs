namespace Proxify.Program;

/// <summary>What the process tells its caller; a contract with scripts and service managers.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The config is invalid, or this machine does not allow what it asks for.</summary>
    public const int CannotStart = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;
}
