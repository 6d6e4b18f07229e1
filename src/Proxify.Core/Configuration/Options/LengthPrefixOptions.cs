namespace Proxify.Configuration;

/// <summary><c>LengthPrefix</c> of an app.</summary>
internal static class LengthPrefixOptions
{
    /// <summary>How long a message may be.</summary>
    public static readonly MemoryType MessageSize = new(1L << 10, 1L << 30);

    public static readonly ValueOption<LengthPrefixConfig, int> Offset = new(
        nameof(Offset), new WholeNumberType(0, 64), l => l.Offset, (l, value) => l with { Offset = value },
        "bytes before the length", 0);

    public static readonly ValueOption<LengthPrefixConfig, int> Size = new(
        nameof(Size), new NumberChoiceType(1, 2, 4, 8), l => l.Size, (l, value) => l with { Size = value },
        "bytes of the length", 4);

    public static readonly ValueOption<LengthPrefixConfig, ByteOrder> ByteOrder = new(
        nameof(ByteOrder), ConfigWords.ByteOrders, l => l.ByteOrder, (l, value) => l with { ByteOrder = value },
        "which of them comes first: the highest, or the lowest", Configuration.ByteOrder.Big);

    public static readonly ValueOption<LengthPrefixConfig, int> Adjustment = new(
        nameof(Adjustment), new WholeNumberType(-1_024, 1_024), l => l.Adjustment, (l, value) => l with { Adjustment = value },
        "what is added to the length for the number of bytes that follow it: `-4` where it counts its own four bytes, too", 0);

    public static readonly ValueOption<LengthPrefixConfig, long> Maximum = new(
        nameof(Maximum), MessageSize, l => l.Maximum, (l, value) => l with { Maximum = value },
        "the longest message, all of it", 1L << 20);

    public static readonly Section<LengthPrefixConfig> Section = new("an object such as {\"Size\": 4}", Offset, Size, ByteOrder, Adjustment, Maximum);
}
