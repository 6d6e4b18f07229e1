using System.Collections.Immutable;
using System.Text.Json;

namespace Proxify.Runtime;

/// <summary>Why a client of an app whose requests are known got a connection of its own.</summary>
internal enum OwnConnectionCause
{
    /// <summary>A request that leaves something behind in its connection (SELECT, MULTI, SUBSCRIBE, AUTH …), or that nobody knows.</summary>
    State,

    /// <summary>A request that may hold its connection up (BLPOP, EVAL …).</summary>
    Blocking,

    /// <summary>A request that is too long to be kept until it is whole.</summary>
    LongRequest,

    /// <summary>Bytes that are no request, for the target to judge.</summary>
    Malformed,

    /// <summary>The transport serves no client otherwise.</summary>
    Transport,
}

/// <summary>Its words in logs and metrics.</summary>
internal static class OwnConnectionWords
{
    private static readonly string[] Words = [.. Enum.GetNames<OwnConnectionCause>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    public static ImmutableArray<OwnConnectionCause> All { get; } = [.. Enum.GetValues<OwnConnectionCause>()];

    /// <summary><c>long_request</c>.</summary>
    public static string ToWord(this OwnConnectionCause cause) => Words[(int)cause];
}
