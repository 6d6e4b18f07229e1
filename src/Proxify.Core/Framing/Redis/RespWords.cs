using System.Buffers.Text;

namespace Proxify.Framing.Redis;

/// <summary>The words of a request that <see cref="RespScanner"/> has found to be one: <c>*2\r\n$3\r\nGET\r\n$1\r\nk\r\n</c>.</summary>
internal ref struct RespWords(ReadOnlySpan<byte> request)
{
    private ReadOnlySpan<byte> _rest = request[(request.IndexOf((byte)'\n') + 1)..];

    public readonly bool HasMore => !_rest.IsEmpty;

    /// <summary>Whether RESP3's null comes next.</summary>
    public readonly bool IsNull => _rest is [(byte)'_', ..];

    /// <summary>Goes into an array that comes next: its words are next.</summary>
    public void Enter() => _rest = _rest[(_rest.IndexOf((byte)'\n') + 1)..];

    /// <summary>Empty behind the last one.</summary>
    public ReadOnlySpan<byte> Next()
    {
        if (_rest.IsEmpty)
            return default;
        _ = Utf8Parser.TryParse(_rest[1..], out int length, out var digits);
        var word = _rest.Slice(1 + digits + 2, length);
        _rest = _rest[(1 + digits + 2 + length + 2)..];
        return word;
    }
}
