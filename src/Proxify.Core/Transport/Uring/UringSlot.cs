using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>
/// What completions are addressed to. It stays in its place of the worker's table while the kernel has anything of it under way; a generation tells a late
/// completion for an earlier tenant of the place.
/// </summary>
internal abstract class UringSlot
{
    public int Index { get; set; }

    public uint Generation { get; set; }

    /// <summary>Submissions whose last completion has not come yet.</summary>
    public int InFlight { get; set; }

    /// <summary>Set by <see cref="UringWorker.Retire"/>: leaves its place with the last completion.</summary>
    public bool IsRetired { get; set; }

    /// <summary>user_data without the operation: generation (32 bits), index (24), operation (8).</summary>
    public ulong Tag => ((ulong)Generation << 32) | ((ulong)(uint)Index << 8);

    public abstract void OnCompleted(UringOperation operation, int result, IoUringCqeBits flags);

    /// <summary>The slot has left its place, and nothing under way refers to it: free or pool what it holds.</summary>
    public abstract void OnReleased();

    /// <summary><see cref="OnCompleted"/> threw, which is a defect: end what this slot belongs to, so that everything else lives on.</summary>
    public abstract void OnDefect(Exception exception);
}
