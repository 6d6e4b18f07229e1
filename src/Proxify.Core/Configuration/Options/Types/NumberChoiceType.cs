using System.Globalization;
using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>One of a few numbers.</summary>
internal sealed class NumberChoiceType(params int[] numbers) : ScalarType<int>
{
    public IReadOnlyList<int> Numbers => numbers;

    public override string Expected => $"{string.Join(", ", numbers.SkipLast(1))} or {numbers[^1]}";

    public override bool TryRead(ConfigNode node, out int value)
    {
        value = 0;
        return node.Kind == JsonValueKind.Number && int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    public override string? Problem(int value) => Array.IndexOf(numbers, value) < 0 ? $"expected {Expected}, found {value}" : null;
}
