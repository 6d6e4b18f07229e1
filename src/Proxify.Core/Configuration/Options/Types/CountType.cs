using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>A limit: a whole number or, where it need not be set, <c>off</c>.</summary>
internal sealed class CountType(int least, int most, bool canBeOff = false) : WholeNumberType(least, most)
{
    public bool CanBeOff => canBeOff;

    public override string Expected => canBeOff ? $"{base.Expected}, or \"{Duration.Off}\"" : base.Expected;

    public override bool IsOff(ConfigNode node) => canBeOff && node.Kind == JsonValueKind.String && node.Text == Duration.Off;

    protected override string OutOfRange(int value) => $"expected {Least}-{Most}, found {value}";
}
