using System.Text.Json.Serialization;
using Proxify.Sessions;

namespace Proxify.Handover;

/// <summary>What two processes say to each other while one takes over from the other. Descriptors come beside it, in the order of their owners.</summary>
internal sealed record HandoverMessage
{
    /// <summary>Of this format. Who does not know it refuses, and the other one goes on.</summary>
    public const int Version = 1;

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required HandoverStep Step { get; init; }

    /// <summary>Of <see cref="HandoverStep.Refused"/>.</summary>
    public string? Problem { get; init; }

    /// <summary>Of <see cref="HandoverStep.Hello"/>.</summary>
    public int Format { get; init; }

    /// <summary>Of <see cref="HandoverStep.Steering"/> and <see cref="HandoverStep.State"/>: bytes of the state.</summary>
    public int StateLength { get; init; }

    /// <summary>Of <see cref="HandoverStep.Listeners"/>.</summary>
    public IReadOnlyList<HandedListener> Listeners { get; init; } = [];

    /// <summary>
    /// Of <see cref="HandoverStep.Sessions"/>: two descriptors each, before them one of a <see cref="MemoryFile"/> with what is <see cref="HandedEnd.Unread"/>.
    /// </summary>
    public IReadOnlyList<HandedSession> Sessions { get; init; } = [];

    /// <summary>Of <see cref="HandoverStep.Taken"/>: those of the sessions, by their place in the message, that are not wanted.</summary>
    public IReadOnlyList<int> Declined { get; init; } = [];
}

/// <summary>In the order in which they come.</summary>
internal enum HandoverStep
{
    /// <summary>From the old process.</summary>
    Hello,

    /// <summary>From the old process, where it steers: the descriptors of the program, before them one of a <see cref="MemoryFile"/> with its state.</summary>
    Steering,

    /// <summary>From the old process, any number of times.</summary>
    Listeners,

    /// <summary>
    /// From the old process, before <see cref="EndOfListeners"/> and before <see cref="Commit"/>: beside it the descriptor of a <see cref="MemoryFile"/> with a
    /// <see cref="HandedState"/>.
    /// </summary>
    State,

    /// <summary>From the old process: those were all.</summary>
    EndOfListeners,

    /// <summary>From the new process: it could serve.</summary>
    Ready,

    /// <summary>From the old process, any number of times; each is answered by <see cref="Taken"/>.</summary>
    Sessions,

    /// <summary>From the new process: it has them, and does not touch them.</summary>
    Taken,

    /// <summary>From the old process: those were all, and it touches none of them, nor the listeners, any more.</summary>
    Commit,

    /// <summary>From the new process, at any time before <see cref="Committed"/>: it cannot serve.</summary>
    Refused,

    /// <summary>From the new process: it serves. Until then either may end, and the old one goes on as if nothing had been.</summary>
    Committed,
}

/// <param name="Endpoint">What is bound.</param>
/// <param name="Sockets">How many descriptors it has.</param>
internal sealed record HandedListener(string Endpoint, int Sockets);

[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(HandoverMessage))]
internal sealed partial class HandoverJson : JsonSerializerContext;
