namespace Proxify.Steering;

/// <summary>Steering cannot start, or could not carry out a change. The message is for the user: what failed, why, and what to do about it.</summary>
internal sealed class SteeringException(string message, string? details = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What libbpf and the kernel's verifier wrote, many lines perhaps; null if they were silent.</summary>
    public string? Details { get; } = details;
}
