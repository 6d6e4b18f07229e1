using Proxify.Telemetry;

namespace Proxify.FunctionalTests.Endings;

/// <summary>
/// What each side of a session must see of the other, and what the session's record may say: a function of what both sides did, and of nothing else. It holds
/// for a direct connection too, which is how the model itself is tested: proxify adds nothing that a peer would have to put up with.
/// <list type="bullet">
/// <item>Bytes: a prefix of what was sent, in order. An urgent byte (MSG_OOB) may be missing or be an ordinary byte at its place, as for any receiver that does
/// not ask for it (tcp(7)).</item>
/// <item>FIN is seen only if the sender has sent FIN, and then behind the last byte.</item>
/// <item>RST is seen only if the sender has reset, or its kernel has for it. All that the sender's connection had acknowledged before that is delivered first,
/// since a receiver's kernel keeps it (tcp_reset() in net/ipv4/tcp_input.c leaves the receive queue alone). A client or target that resets before anything has
/// come through may be turned away instead.</item>
/// <item>A sender that has sent FIN and resets afterwards may be seen to end either way, but whole if it is FIN.</item>
/// <item>With TLS, FIN is what is announced by close_notify, and never comes without it. Who closes without saying so has cut its stream off: the other one
/// sees RST, and the reason may be <c>tls_truncated</c>, or <c>done</c> where the other one had ended before.</item>
/// <item>Reason: <c>done</c> only if both have finished, <c>client_reset</c> or <c>target_reset</c> only if that side may have reset; without either,
/// <c>done</c>.</item>
/// <item>Counted bytes: no more than were sent, no fewer than were received; exactly those where the receiver read to the end.</item>
/// </list>
/// </summary>
internal static class EndingsModel
{
    /// <param name="client">What the client did and saw.</param>
    /// <param name="target">The same of the target; null where the session never reached it.</param>
    /// <param name="record">Null for a direct connection.</param>
    /// <returns>What differs; nothing when all is well.</returns>
    public static List<string> Differences(Deeds client, Deeds? target, SessionRecord? record)
    {
        var differences = new List<string>();
        var absent = target is null;
        target ??= new Deeds();
        Judge("client", client, "target", target, isAbsent: false, differences);
        Judge("target", target, "client", client, absent, differences);
        if (record is null)
            return differences;
        if (absent && !MayHaveReset(client, target))
            differences.Add("the target was not reached");
        Count("from_client", record.FromClient, client, target, differences);
        Count("from_target", record.FromTarget, target, client, differences);
        var reason = record.Reason!.Value;
        if (!Reasons(client, target, absent).Contains(reason))
            differences.Add($"reason {reason.ToWord()}");
        return differences;
    }

    private static void Judge(string name, Deeds sender, string receiverName, Deeds receiver, bool isAbsent, List<string> differences)
    {
        if (sender.Wrong is { } wrong)
            differences.Add($"{name}: {wrong}");
        if (receiver.Received > sender.Sent)
            differences.Add($"{receiverName} received bytes that were never sent");
        if (receiver.Saw == PeerEnd.Cut)
            differences.Add($"{receiverName} saw FIN, of which TLS knows nothing");
        if (receiver.Saw == PeerEnd.Fin)
        {
            if (!sender.HasFinished)
                differences.Add($"{receiverName} saw FIN, {name} sent none");
            if (receiver.Received != sender.Sent)
                differences.Add($"{receiverName} saw FIN, {sender.Sent - receiver.Received} bytes short");
        }
        else if (receiver.Saw == PeerEnd.Reset)
        {
            if (!isAbsent && !MayHaveReset(sender, receiver))
                differences.Add($"{receiverName} saw RST, {name} did not reset");
            if (receiver.Received < Guaranteed(sender))
                differences.Add($"{receiverName} lost {Guaranteed(sender) - receiver.Received} bytes that {name} knew to be acknowledged");
        }
    }

    private static void Count(string name, long counted, Deeds sender, Deeds receiver, List<string> differences)
    {
        var received = receiver.Received + receiver.ReceivedUrgent;
        if (counted < received || counted > sender.Sent + sender.Urgent.Count)
            differences.Add($"{name} {counted}, sent {sender.Sent}, received {received}");
        else if (receiver.Saw is not null && sender.WasEstablished && counted != received)
            differences.Add($"{name} {counted}, but {received} were delivered");
    }

    private static HashSet<TerminationReason> Reasons(Deeds client, Deeds target, bool absent)
    {
        var reasons = new HashSet<TerminationReason>();
        var clientReset = MayHaveReset(client, target);
        var targetReset = MayHaveReset(target, client);
        if (clientReset)
            reasons.Add(TerminationReason.ClientReset);
        if (targetReset)
            reasons.Add(TerminationReason.TargetReset);
        if ((!clientReset && !targetReset) || (client.HasFinished && target.HasFinished))
            reasons.Add(TerminationReason.Done);
        if (IsCutOff(client) || IsCutOff(target))
            reasons.Add(TerminationReason.TlsTruncated);
        if ((IsCutOff(client) && target.HasFinished) || (IsCutOff(target) && client.HasFinished))
            reasons.Add(TerminationReason.Done);
        // Connecting ends with ECONNRESET when the reset is there before anybody has looked.
        if (absent || (targetReset && !target.WasEstablished))
            reasons.Add(TerminationReason.ConnectFailed);
        return reasons;
    }

    private static bool MayHaveReset(Deeds sender, Deeds other) => sender.Closed switch
    {
        Ending.Reset => true,
        // Whatever is said to it last, be it only that TLS ends, finds nobody.
        Ending.Close when sender.HasTls => true,
        // What comes for a closed socket is answered with RST; behind a FIN nothing comes.
        Ending.Close => sender.WasUnread || (sender.Saw != PeerEnd.Fin && (other.Urgent.Count > 0 || other.Sent > sender.Received)),
        _ => false,
    };

    private static bool IsCutOff(Deeds sender) => sender is { HasTls: true, HasSentFin: false, Closed: Ending.Close };

    private static long Guaranteed(Deeds sender) => sender.WasEstablished || (sender.Closed == Ending.Close && !sender.WasUnread) ? sender.Acknowledged : 0;
}
