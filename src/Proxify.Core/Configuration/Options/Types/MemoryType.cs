using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>An amount of memory, as <see cref="ByteSize"/> writes it.</summary>
internal sealed class MemoryType(long least, long most) : ScalarType<long>
{
    public long Least => least;

    public long Most => most;

    public override string Expected => "an amount of memory such as \"256MiB\" or \"2GiB\"";

    public override bool TryRead(ConfigNode node, out long value)
    {
        value = 0;
        return node.Kind == JsonValueKind.String && ByteSize.TryParse(node.Text, out value);
    }

    public override string? Problem(long value) => value < least || value > most
        ? $"expected {ByteSize.Format(least)} to {ByteSize.Format(most)}, found {ByteSize.Format(value)}"
        : null;
}
