namespace Proxify.Resolution;

/// <summary>An SRV record (RFC 2782).</summary>
/// <param name="Priority">Those with a greater one are used when none with a smaller one can be.</param>
/// <param name="Weight">The share among those of the same priority.</param>
/// <param name="Port">Of the service.</param>
/// <param name="Target">A host's full name, with the final dot; "." alone: the service is decidedly not available.</param>
internal sealed record ServiceRecord(ushort Priority, ushort Weight, ushort Port, string Target);
