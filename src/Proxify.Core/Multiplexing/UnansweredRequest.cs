using Proxify.Framing;

namespace Proxify.Multiplexing;

/// <summary>A request whose connection was lost before its reply.</summary>
/// <param name="Bytes">The request.</param>
/// <param name="Traits">What the codec knows of it.</param>
/// <param name="Lost">How often, with this time.</param>
/// <param name="Given">Not a request: what the proxy says in its turn.</param>
internal readonly record struct UnansweredRequest(byte[] Bytes, RequestTraits Traits, byte Lost, byte[]? Given = null)
{
    /// <summary>A target that dies may take several shared connections with it, one after the other.</summary>
    private const byte MostLost = 4;

    /// <summary>What one loss counts for that a timeout is: the server may be at work on it still, and need not get that four times.</summary>
    public const byte ByTimeout = MostLost - 1;

    /// <summary>It changes nothing, and has not been lost too often.</summary>
    public bool MaySendAgain => Traits.Class == RequestClass.Read && Lost < MostLost;
}
