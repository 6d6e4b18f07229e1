using System.Text.Json;
using System.Text.Json.Serialization;

namespace Proxify.Program.State;

/// <summary>What a state file holds. Another meaning of it is another version.</summary>
internal sealed record StateDocument
{
    public const int CurrentVersion = 1;

    public required int Version { get; init; }

    public required IReadOnlyList<StateWeight> Weights { get; init; }

    /// <summary>Targets that the config does not have.</summary>
    public required IReadOnlyList<StateTarget> TargetsAdded { get; init; }

    /// <summary>Targets that it has, and that are taken away.</summary>
    public required IReadOnlyList<StateKey> TargetsRemoved { get; init; }

    public required IReadOnlyList<StatePort> Ports { get; init; }

    /// <summary>Apps that take no connections.</summary>
    public required IReadOnlyList<string> Paused { get; init; }
}

/// <param name="App">Of which app.</param>
/// <param name="Target">As the config, or <see cref="StateDocument.TargetsAdded"/>, has it.</param>
/// <param name="Weight">In force.</param>
/// <param name="Configured">Its own when the change was made: with another one the config ends the change.</param>
internal sealed record StateWeight(string App, string Target, int Weight, int Configured);

internal sealed record StateTarget(string App, string Target, int Weight, bool Backup);

internal sealed record StateKey(string App, string Target);

internal sealed record StatePort(string App, int Port);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, WriteIndented = true,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StateDocument))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class StateJson : JsonSerializerContext;
