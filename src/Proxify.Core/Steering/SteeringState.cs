using System.Text.Json;
using System.Text.Json.Serialization;
using Proxify.Admission;

namespace Proxify.Steering;

/// <summary>What the owner of a steering program knows of it and the kernel does not: a process that takes it over goes on from there.</summary>
internal sealed record SteeringState
{
    /// <summary>
    /// Of <see cref="KernelLayout"/>'s names and structs and of their meaning: raised when one changes. Who does not know it leaves the program alone.
    /// </summary>
    public const int CurrentLayout = 1;

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int Layout { get; init; }

    /// <summary>Which of the two tables of rules is in force.</summary>
    public bool UsesTableB { get; init; }

    /// <summary>No scope has a higher number.</summary>
    public uint LastScope { get; init; }

    /// <summary>No limits have a higher number.</summary>
    public uint LastLimits { get; init; }

    /// <summary>Those in force. Their buckets are filled as far as they are.</summary>
    public IReadOnlyList<NumberedLimits> Limits { get; init; } = [];

    /// <summary>The config's.</summary>
    public IReadOnlyList<ushort> Ports { get; init; } = [];

    public byte[] Serialize() => JsonSerializer.SerializeToUtf8Bytes(this, SteeringJson.Default.SteeringState);

    /// <exception cref="JsonException">It is something else.</exception>
    public static SteeringState Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, SteeringJson.Default.SteeringState)!;
}

/// <param name="App">Null: the proxy's own.</param>
/// <param name="Rates">What they are.</param>
/// <param name="Number">By which the kernel knows them.</param>
internal sealed record NumberedLimits(string? App, RateLimits Rates, uint Number);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(SteeringState))]
internal sealed partial class SteeringJson : JsonSerializerContext;
