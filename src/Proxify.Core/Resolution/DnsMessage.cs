using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Proxify.Resolution;

/// <summary>
/// Questions and responses on the wire (RFC 1035, 4). Anybody may send us a datagram, so a response counts only where it repeats the question, and of its
/// records only those of the name asked for or of what that is an alias of (RFC 5452, 3 and 6).
/// </summary>
internal static class DnsMessage
{
    private const int HeaderSize = 12;
    private const int LongestName = 255;
    private const int LongestLabel = 63;
    private const ushort Internet = 1;
    private const int ResponseFlag = 0x8000;
    private const int TruncatedFlag = 0x0200;
    private const int RecursionDesired = 0x0100;
    private const int CodeMask = 0x000f;

    /// <param name="name">Full, with the final dot.</param>
    /// <param name="type">What to ask for.</param>
    /// <returns>Null: no such name can be written.</returns>
    public static byte[]? Question(string name, DnsType type)
    {
        var labels = name.TrimEnd('.').Split('.');
        if (name.Length >= LongestName || !Array.TrueForAll(labels, static label => label.Length is > 0 and <= LongestLabel && Ascii.IsValid(label)))
            return null;
        var message = new byte[HeaderSize + labels.Sum(static label => label.Length + 1) + 5];
        RandomNumberGenerator.Fill(message.AsSpan(0, 2));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), RecursionDesired);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), 1);
        var at = HeaderSize;
        foreach (var label in labels)
        {
            message[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, message.AsSpan(at));
        }

        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 1), (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 3), Internet);
        return message;
    }

    /// <returns>Null: it is no response to this question.</returns>
    public static DnsResponse? Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> question)
    {
        if (message.Length < question.Length || !message[..2].SequenceEqual(question[..2]))
            return null;
        var flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if ((flags & ResponseFlag) == 0 || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1
            || !Ascii.EqualsIgnoreCase(message[HeaderSize..question.Length], question[HeaderSize..]))
            return null;
        if ((flags & TruncatedFlag) != 0)
            return new DnsResponse(flags & CodeMask, IsTruncated: true, [], [], TimeSpan.MaxValue);

        var start = HeaderSize;
        return ReadName(message, ref start) is { } name && ReadRecords(message, question.Length) is { } records
            ? Select(flags & CodeMask, name, records) : null;
    }

    /// <summary>What is said of the name, and of what it is an alias of.</summary>
    private static DnsResponse Select(int code, string name, List<Record> records)
    {
        List<Record> ours = [];
        var aliases = records.Where(r => r.Alias is not null).GroupBy(r => r.Owner, StringComparer.Ordinal)
            .ToDictionary(r => r.Key, r => r.First(), StringComparer.Ordinal);
        // Each alias is followed once, so that a circle ends.
        while (aliases.Remove(name, out var alias))
        {
            ours.Add(alias);
            name = alias.Alias!;
        }

        ours.AddRange(records.Where(r => r.Alias is null && r.Owner == name));
        var ttl = ours.Count == 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(ours.Min(r => r.Ttl));
        return new DnsResponse(code, IsTruncated: false, [.. ours.Select(r => r.Address).OfType<IPAddress>()],
            [.. ours.Select(r => r.Service).OfType<ServiceRecord>()], ttl);
    }

    /// <summary>The records of the answer section that we know; null where it is broken.</summary>
    private static List<Record>? ReadRecords(ReadOnlySpan<byte> message, int at)
    {
        List<Record> records = [];
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(message[6..]); left > 0; left--)
        {
            if (ReadName(message, ref at) is not { } owner || at + 10 > message.Length)
                return null;
            var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
            var isInternet = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]) == Internet;
            var ttl = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(message[(at + 4)..])); // RFC 2181, 8: one with the top bit set is 0
            var length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            at += 10;
            if (at + length > message.Length)
                return null;
            if (isInternet && ReadData(message[..(at + length)], at, type) is { } data)
                records.Add(data with { Owner = owner, Ttl = ttl });
            at += length;
        }

        return records;
    }

    /// <param name="message">Up to the end of the data.</param>
    /// <param name="at">Where the data begins.</param>
    /// <param name="type">Of the record.</param>
    private static Record? ReadData(ReadOnlySpan<byte> message, int at, DnsType type)
    {
        switch (type)
        {
            case DnsType.A when message.Length - at == 4:
            case DnsType.Aaaa when message.Length - at == 16:
                return new Record { Address = new IPAddress(message[at..]) };
            case DnsType.Cname when ReadName(message, ref at) is { } alias:
                return new Record { Alias = alias };
            case DnsType.Srv when message.Length - at > 6:
                var (priority, weight, port) = (BinaryPrimitives.ReadUInt16BigEndian(message[at..]), BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]),
                    BinaryPrimitives.ReadUInt16BigEndian(message[(at + 4)..]));
                at += 6;
                return ReadName(message, ref at) is { } target ? new Record { Service = new ServiceRecord(priority, weight, port, target) } : null;
            default:
                return null;
        }
    }

    /// <summary>
    /// In lower case, with the final dot. What is neither a letter nor a digit, hyphen or underscore is escaped (RFC 4343, 2.1), so that no byte passes for a
    /// dot.
    /// </summary>
    /// <returns>Null: it is broken.</returns>
    private static string? ReadName(ReadOnlySpan<byte> message, ref int at)
    {
        var (name, size, position) = (new StringBuilder(), 1, at);
        int? end = null;
        var before = at; // a pointer leads to what came before (RFC 1035, 4.1.4), so this comes to an end
        while (position < message.Length)
        {
            int length = message[position++];
            if (length == 0)
            {
                at = end ?? position;
                return name.Length == 0 ? "." : name.ToString();
            }

            if (length >= 0xc0)
            {
                if (position == message.Length)
                    return null;
                end ??= position + 1;
                position = ((length & 0x3f) << 8) | message[position];
                if (position >= before)
                    return null;
                before = position;
                continue;
            }

            size += length + 1;
            if (length > LongestLabel || size > LongestName || position + length > message.Length)
                return null;
            foreach (var b in message.Slice(position, length))
            {
                if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_')
                    name.Append(char.ToLowerInvariant((char)b));
                else
                    name.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\{b:000}");
            }

            name.Append('.');
            position += length;
        }

        return null;
    }

    private sealed record Record
    {
        public string Owner { get; init; } = "";

        public int Ttl { get; init; }

        public string? Alias { get; init; }

        public IPAddress? Address { get; init; }

        public ServiceRecord? Service { get; init; }
    }
}
