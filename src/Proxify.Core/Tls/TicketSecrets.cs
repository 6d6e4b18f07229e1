using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Proxify.Tls;

/// <summary>The secrets that an app's ticket keys are derived from: the first one's keys seal, the others' open.</summary>
internal sealed class TicketSecrets
{
    /// <summary>As nginx, Envoy and HAProxy have them: a name of 16 bytes and two keys of 32, or of 16. Here it is all one secret.</summary>
    private const int Size = 80;
    private const int ShortSize = 48;
    private const int Longest = 16 * 1024;

    /// <summary>Random bytes are not all of these.</summary>
    private static readonly SearchValues<byte> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"u8);

    private readonly IReadOnlyList<Secret> _secrets;

    private TicketSecrets(IReadOnlyList<Secret> secrets) => _secrets = secrets;

    /// <summary>A new one, and the one before, for the tickets that it has sealed.</summary>
    public static TicketSecrets Random(TicketSecrets? before)
    {
        var secret = Secret.Random(Size);
        return new TicketSecrets(before is null ? [secret] : [secret, before._secrets[0]]);
    }

    /// <summary>One after the other: 80 bytes each, or 48; or lines of so many bytes in base64.</summary>
    /// <returns>Null: the content is none of these.</returns>
    public static TicketSecrets? Parse(ReadOnlySpan<byte> content)
    {
        if (content.Length is 0 or > Longest)
            return null;
        var secrets = content.IndexOfAnyExcept(Letters) < 0 ? ParseLines(content) : ParseBytes(content);
        return secrets.Count == 0 ? null : new TicketSecrets(secrets);
    }

    /// <summary>Those of several files, in their order.</summary>
    public static TicketSecrets Join(IEnumerable<TicketSecrets> files) => new([.. files.SelectMany(file => file._secrets)]);

    /// <param name="purpose">Of an app and the rules about its clients.</param>
    public TicketKeySet Derive(ReadOnlySpan<byte> purpose)
    {
        var keys = new List<TicketKey>();
        foreach (var secret in _secrets)
            keys.Add(new TicketKey(secret, purpose));
        return new TicketKeySet(keys);
    }

    private static List<Secret> ParseBytes(ReadOnlySpan<byte> content)
    {
        var secrets = new List<Secret>();
        var size = content.Length % Size == 0 ? Size : ShortSize;
        for (; content.Length >= size && content.Length % size == 0; content = content[size..])
            secrets.Add(Secret.Of(content[..size]));
        return secrets;
    }

    private static List<Secret> ParseLines(ReadOnlySpan<byte> content)
    {
        var secrets = new List<Secret>();
        Span<byte> decoded = stackalloc byte[Base64.GetMaxDecodedFromUtf8Length(Longest)];
        foreach (var line in content.Split((byte)'\n'))
        {
            var text = content[line].TrimEnd("\r"u8);
            if (text.IsEmpty)
                continue;
            if (Base64.DecodeFromUtf8(text, decoded, out _, out var length) != OperationStatus.Done || length is not (Size or ShortSize))
                return [];
            secrets.Add(Secret.Of(decoded[..length]));
        }

        CryptographicOperations.ZeroMemory(decoded);
        return secrets;
    }
}
