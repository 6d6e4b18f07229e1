using Proxify.Configuration;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Admin;

/// <summary>The proxies whose config comes from the same place.</summary>
internal interface IFleet
{
    /// <exception cref="AdminException">They cannot be asked about.</exception>
    Task<FleetView> ViewAsync(CancellationToken cancellation);

    /// <summary>Has none of them give a target new sessions; each does it as soon as it sees it.</summary>
    /// <param name="app">An app.</param>
    /// <param name="target">A target of it.</param>
    /// <param name="mark">What is wanted, by whom.</param>
    /// <param name="holds">1 s to 366 days, after which it ends by itself; null: it ends by <see cref="UnmarkAsync"/>.</param>
    /// <param name="cancellation">Whoever asks is gone.</param>
    /// <exception cref="AdminException">They cannot be told.</exception>
    Task<MarkView> MarkAsync(string app, string target, TargetMark mark, TimeSpan? holds, CancellationToken cancellation);

    /// <summary>Ends it.</summary>
    /// <param name="app">An app, or one that there was.</param>
    /// <param name="target">A target of it, or one that there was.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="cancellation">Whoever asks is gone.</param>
    /// <returns>False: there was none.</returns>
    /// <exception cref="AdminException">They cannot be told.</exception>
    Task<bool> UnmarkAsync(string app, string target, string by, CancellationToken cancellation);
}
