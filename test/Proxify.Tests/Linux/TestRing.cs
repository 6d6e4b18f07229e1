using Proxify.Linux;

namespace Proxify.Tests.Linux;

/// <summary>A ring of a test's size, set up as the transport's workers do, on the test's own thread.</summary>
internal static class TestRing
{
    private const IoUringSetup Setup = IoUringSetup.SingleIssuer | IoUringSetup.DeferTaskrun | IoUringSetup.CqSize | IoUringSetup.SubmitAll;

    public static IoUring Create(uint submissions = 8, uint completions = 16)
    {
        Assert.Equal(0, IoUring.TryCreate(submissions, completions, Setup, out var ring));
        return ring!;
    }

    /// <summary>Waits until so many completions are there and takes all, by user data.</summary>
    public static List<(ulong UserData, int Result, IoUringCqeBits Flags)> Take(this IoUring ring, int atLeast)
    {
        var taken = new List<(ulong, int, IoUringCqeBits)>();
        while (taken.Count < atLeast)
        {
            Assert.InRange(ring.SubmitAndWait(1), 0, int.MaxValue);
            var count = ring.Completions;
            for (var i = 0u; i < count; i++)
                taken.Add((ring.Completion(i).UserData, ring.Completion(i).Res, ring.Completion(i).Flags));
            ring.Advance(count);
        }

        return taken;
    }
}
