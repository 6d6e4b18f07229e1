using Proxify.Balancing;
using Proxify.Runtime;

namespace Proxify.Sessions;

/// <summary>Picks an endpoint of a group and takes a place there, so that a burst does not find the same one free.</summary>
internal static class TargetPick
{
    /// <summary>One that is available and not full.</summary>
    /// <param name="group">The endpoints.</param>
    /// <param name="client">The client's address.</param>
    /// <param name="tried">Not to be picked again.</param>
    /// <returns>Its index, a place at it taken; or <see cref="Balancer.None"/>.</returns>
    public static int Take(TargetGroup group, UInt128 client, in TargetSet tried)
    {
        // Whoever is beaten to the last place picks again, now from those that are not full.
        for (var attempts = 0; attempts <= group.Endpoints.Length; attempts++)
        {
            var picked = group.Balancer.Pick(client, tried);
            if (picked == Balancer.None || group.Endpoints[picked].State.Load.TryEnter())
                return picked;
        }

        return Balancer.None;
    }

    /// <summary>One that is thought to be down: where no other is left, better to try it than to refuse the client. Backups come last.</summary>
    public static int TakeLastResort(TargetGroup group, in TargetSet tried)
    {
        foreach (var isBackup in (ReadOnlySpan<bool>)[false, true])
        {
            for (var i = 0; i < group.Endpoints.Length; i++)
            {
                if (group.Endpoints[i] is { Weight: > 0 } endpoint && endpoint.IsBackup == isBackup && !tried.Contains(i) && endpoint.State.Load.TryEnter())
                    return i;
            }
        }

        return Balancer.None;
    }

    /// <summary>Whether an endpoint could be picked if it were not full.</summary>
    public static bool IsAnyFull(TargetGroup group, in TargetSet tried)
    {
        for (var i = 0; i < group.Endpoints.Length; i++)
        {
            var endpoint = group.Endpoints[i];
            if (endpoint.Weight > 0 && endpoint.State.Load is { IsFull: true, IsAvailable: true } && !tried.Contains(i))
                return true;
        }

        return false;
    }
}
