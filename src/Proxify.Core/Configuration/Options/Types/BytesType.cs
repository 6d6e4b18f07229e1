using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>Bytes, as <see cref="BytesText"/> writes them.</summary>
internal sealed class BytesType(int least, int most) : ScalarType<ReadOnlyMemory<byte>>
{
    public int Least => least;

    public int Most => most;

    public override string Expected => "a text, or bytes in hex such as \"hex:0d0a\"";

    public override bool TryRead(ConfigNode node, out ReadOnlyMemory<byte> value)
    {
        var bytes = node.Kind == JsonValueKind.String ? BytesText.Parse(node.Text) : null;
        value = bytes;
        return bytes is not null;
    }

    public override string? Problem(ReadOnlyMemory<byte> value) =>
        value.Length >= least && value.Length <= most ? null
        : $"has {value.Length:N0} bytes; expected {(least > 0 ? $"{least:N0} to" : "at most")} {most:N0} bytes";
}
