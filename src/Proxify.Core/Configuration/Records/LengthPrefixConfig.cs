namespace Proxify.Configuration;

/// <summary>Where a message says how long it is; both ways alike.</summary>
public sealed record LengthPrefixConfig
{
    /// <summary>Bytes before the length. 0 to 64, default 0.</summary>
    public int Offset { get; init; } = LengthPrefixOptions.Offset.Value;

    /// <summary>Bytes of the length. 1, 2, 4 or 8, default 4.</summary>
    public int Size { get; init; } = LengthPrefixOptions.Size.Value;

    /// <summary>The order of its bytes. Default <see cref="ByteOrder.Big"/>.</summary>
    public ByteOrder ByteOrder { get; init; } = LengthPrefixOptions.ByteOrder.Value;

    /// <summary>
    /// What is added to the length for the number of bytes that follow it: negative where it counts what comes before, or itself. -1,024 to 1,024, default 0.
    /// </summary>
    public int Adjustment { get; init; } = LengthPrefixOptions.Adjustment.Value;

    /// <summary>The longest message, all of it, in bytes. 1KiB to 1GiB, default 1MiB.</summary>
    public long Maximum { get; init; } = LengthPrefixOptions.Maximum.Value;
}
