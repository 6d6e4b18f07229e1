namespace Proxify.Sessions;

/// <summary>The connections of which something is being read before they are sessions.</summary>
internal sealed class ArrivalRegistry : Registry<Arrival>;
