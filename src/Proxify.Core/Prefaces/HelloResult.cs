namespace Proxify.Prefaces;

/// <summary>What <see cref="ClientHelloReader"/> says of a client's first bytes.</summary>
/// <param name="Status">What they are.</param>
/// <param name="Hello">Where they are <see cref="HelloStatus.Complete"/>.</param>
/// <param name="Problem">Where they are <see cref="HelloStatus.Broken"/>: what is wrong with them. One of few texts.</param>
/// <param name="Position">And at which byte of the stream, from 0 on.</param>
internal readonly record struct HelloResult(HelloStatus Status, ClientHello? Hello = null, string? Problem = null, int Position = 0)
{
    public static HelloResult Broken(string problem, int position) => new(HelloStatus.Broken, null, problem, position);
}
