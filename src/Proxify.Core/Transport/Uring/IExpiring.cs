namespace Proxify.Transport.Uring;

/// <summary>Waits on a <see cref="TimerWheel"/>.</summary>
internal interface IExpiring
{
    void OnExpired();

    /// <summary><see cref="OnExpired"/> threw, which is a defect: end what this belongs to, so that everything else lives on.</summary>
    void OnDefect(Exception exception);
}
