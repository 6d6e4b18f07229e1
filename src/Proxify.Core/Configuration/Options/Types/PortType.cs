namespace Proxify.Configuration;

internal sealed class PortType() : WholeNumberType(PortNumber.Min, PortNumber.Max)
{
    public override string Expected => $"a port ({PortNumber.Min}-{PortNumber.Max})";

    protected override string OutOfRange(int value) => PortNumber.OutOfRange(value);
}
