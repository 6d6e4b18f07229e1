namespace Proxify.Configuration;

/// <summary>Where a message ends; both ways alike.</summary>
public sealed record LineConfig
{
    /// <summary>What a message ends with, 1 to 8 bytes. Default: a line feed.</summary>
    public ReadOnlyMemory<byte> Delimiter { get; init; } = LineOptions.Delimiter.Value;

    /// <summary>The longest message, its delimiter included, in bytes. 1KiB to 1GiB, default 64KiB.</summary>
    public long Maximum { get; init; } = LineOptions.Maximum.Value;
}
