namespace Proxify.Health;

/// <summary>
/// What active checks say of a target: up until <c>Fall</c> bad ones in a row, down until <c>Rise</c> good ones in a row. Up before the first.
/// </summary>
internal sealed class CheckStatus
{
    private int _against;

    public bool IsUp { get; private set; } = true;

    /// <summary>A first sign of change has come.</summary>
    public bool IsChanging => _against > 0;

    /// <returns>Whether the status has changed.</returns>
    public bool Take(bool good, HealthSettings settings)
    {
        if (good == IsUp)
        {
            _against = 0;
            return false;
        }

        if (++_against < (IsUp ? settings.Fall : settings.Rise))
            return false;
        _against = 0;
        IsUp = good;
        return true;
    }

    /// <summary>Down, as another process has found it.</summary>
    public void SetDown() => IsUp = false;

    /// <summary>As before the first check.</summary>
    public void Forget()
    {
        _against = 0;
        IsUp = true;
    }
}
