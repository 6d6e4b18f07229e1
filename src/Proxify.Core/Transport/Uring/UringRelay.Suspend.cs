namespace Proxify.Transport.Uring;

/// <summary>
/// How a relay is interrupted: what waits in the kernel is cancelled, sends that are under way are let through, and when the last completion has come the bytes
/// on their way are put back. The sockets themselves know what else there is to know, half-closes among that.
/// </summary>
internal sealed unsafe partial class UringRelay
{
    /// <summary>Nothing that may wait is begun any more.</summary>
    public bool IsSuspending { get; private set; }

    public void Suspend()
    {
        if (IsSuspending || HasEnded || HasLost || _upstream.IsTransformed)
            return;
        IsSuspending = true;
        _upstream.Suspend();
        _downstream.Suspend();
        OnSettled();
    }

    /// <summary>Something that was under way has come to its end.</summary>
    public void OnSettled()
    {
        if (!IsSuspending || HasEnded || _upstream.InFlight + _downstream.InFlight > 0)
            return;
        _upstream.PutBack();
        _downstream.PutBack();
        _client.KeepSilence(Silence);
        End(RelayEnd.Suspended);
    }

    /// <summary>It is not to be interrupted any more: a peer is lost meanwhile.</summary>
    private void GoOn()
    {
        if (!IsSuspending)
            return;
        IsSuspending = false;
        _upstream.GoOnAfterAll();
        _downstream.GoOnAfterAll();
    }
}
