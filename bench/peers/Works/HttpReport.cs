namespace Proxify.Peers.Works;

/// <summary>What wrk found.</summary>
/// <param name="Requests">How many were answered.</param>
/// <param name="Rate">Per second.</param>
/// <param name="Median">Milliseconds.</param>
/// <param name="NinetyNine">Milliseconds that 99 % of the requests took at the most.</param>
sealed record HttpReport(long Requests, double Rate, double Median, double NinetyNine);
