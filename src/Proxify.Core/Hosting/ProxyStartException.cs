namespace Proxify.Hosting;

/// <summary>
/// The proxy cannot start, or a new config cannot be applied, on this machine as it is; <see cref="Problems"/> lists everything that stands in the way.
/// </summary>
public sealed class ProxyStartException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
