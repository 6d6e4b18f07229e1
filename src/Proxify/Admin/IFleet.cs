using Proxify.Program.Admin.Views;

namespace Proxify.Program.Admin;

/// <summary>The proxies whose config comes from the same place.</summary>
internal interface IFleet
{
    /// <exception cref="AdminException">They cannot be asked about.</exception>
    Task<FleetView> ViewAsync(CancellationToken cancellation);
}
