using System.Text.Json.Serialization;
using Proxify.Health;

namespace Proxify.Handover;

/// <summary>What a process has learnt that its successor would have to learn anew. None of it is needed; a part that is not understood is left out.</summary>
internal sealed record HandedState
{
    /// <summary>Before the successor is ready: so that no session has to wait for DNS.</summary>
    public IReadOnlyList<HandedName> Names { get; init; } = [];

    /// <summary>Likewise: what was changed at run time, as a state file has it. Null: nothing was.</summary>
    public string? Changes { get; init; }

    /// <summary>At the very end. Targets that are as good as new are left out.</summary>
    public IReadOnlyList<HandedTarget> Targets { get; init; } = [];

    /// <summary>Likewise; buckets that are full are left out.</summary>
    public IReadOnlyList<HandedRates> Rates { get; init; } = [];
}

/// <param name="Host">As a target has it.</param>
/// <param name="IsService">SRV.</param>
/// <param name="Addresses">The latest good answer.</param>
internal sealed record HandedName(string Host, bool IsService, IReadOnlyList<HandedAddress> Addresses);

/// <param name="Endpoint">Its port is 0 where the answer says nothing of ports.</param>
/// <param name="Weight">0: the answer says nothing of weights.</param>
/// <param name="IsBackup">Of a service.</param>
internal sealed record HandedAddress(string Endpoint, int Weight, bool IsBackup);

/// <param name="App">Its app.</param>
/// <param name="Target">As configured.</param>
/// <param name="Endpoint">One of its.</param>
/// <param name="Health">What checks and sessions have come to.</param>
internal sealed record HandedTarget(string App, string Target, string Endpoint, HealthState Health);

/// <param name="App">Null: the proxy's own.</param>
/// <param name="FullAt">Of all sources together: nanoseconds of CLOCK_MONOTONIC.</param>
/// <param name="Sources">Each source's.</param>
internal sealed record HandedRates(string? App, ulong FullAt, IReadOnlyList<HandedSource> Sources);

/// <param name="Source">A masked address, 128 bits.</param>
/// <param name="FullAt">As of <see cref="HandedRates"/>.</param>
internal sealed record HandedSource(UInt128 Source, ulong FullAt);

[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(HandedState))]
internal sealed partial class HandedStateJson : JsonSerializerContext;
