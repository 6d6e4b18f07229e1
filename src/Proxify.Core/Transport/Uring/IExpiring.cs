namespace Proxify.Transport.Uring;

/// <summary>Waits on a <see cref="TimerWheel"/>.</summary>
internal interface IExpiring
{
    void OnExpired();
}
