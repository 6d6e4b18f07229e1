using Microsoft.Extensions.Logging;

namespace Proxify.Program.Logging;

/// <summary>The least level that is logged. May be changed at any time.</summary>
internal sealed class LogLevelSwitch
{
    private volatile LogLevel _level;

    public LogLevel Level
    {
        get => _level;
        set => _level = value;
    }
}
