using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>What a poll that waits for room in a send queue has found.</summary>
internal static class RoomPoll
{
    private const PollEvents Ready = PollEvents.Out | PollEvents.Error | PollEvents.HangUp;

    /// <summary>
    /// Whether it tells of nothing but the peer's FIN, which the kernel does unasked. A poll that completes once would do so again at once; one that goes on is
    /// told once, and then of room.
    /// </summary>
    public static bool TellsOfFinOnly(int result) => result > 0 && ((PollEvents)result & Ready) == PollEvents.None;
}
