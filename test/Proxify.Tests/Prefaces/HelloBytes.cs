using System.Buffers.Binary;
using System.Text;

namespace Proxify.Tests.Prefaces;

/// <summary>ClientHellos, written by the rules of RFC 8446, and broken at will.</summary>
internal static class HelloBytes
{
    /// <summary>A handshake message.</summary>
    public static byte[] Message(params IEnumerable<byte[]> extensions) => WithBlock(Vector16([.. extensions.SelectMany(e => e)]));

    /// <param name="extensions">Their list, its length included.</param>
    public static byte[] WithBlock(byte[] extensions) =>
        Handshake([3, 3, .. new byte[32], .. Vector8(new byte[32]), .. Vector16([0x13, 0x01, 0xca, 0xca]), .. Vector8([0]), .. extensions]);

    public static byte[] Handshake(byte[] body, byte type = 1) => [type, (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body];

    public static byte[] Extension(int type, params byte[] data) => [.. Number(type), .. Vector16(data)];

    public static byte[] ServerName(string name) => ServerName(Encoding.Latin1.GetBytes(name));

    public static byte[] ServerName(byte[] name) => Extension(0, Vector16([0, .. Vector16(name)]));

    public static byte[] Protocols(params string[] names) => Extension(16, Vector16([.. names.SelectMany(n => Vector8(Encoding.Latin1.GetBytes(n)))]));

    public static byte[] Versions(params int[] versions) => Extension(43, Vector8([.. versions.SelectMany(Number)]));

    /// <summary>What a browser of today sends: GREASE in all places, and a key share of X25519MLKEM768.</summary>
    public static byte[] Modern(string name) => Message(
        Extension(0x3a3a), Versions(0x5a5a, 0x0304, 0x0303),
        Extension(51, Vector16([.. Number(0x9a9a), 0, 1, 0, .. Number(0x11ec), .. Vector16(new byte[1216])])),
        Protocols("\x1a\x1a", "h2", "http/1.1"), ServerName(name), Extension(0xfafa, 0));

    /// <param name="message">What the records carry.</param>
    /// <param name="size">Of each, as far as there is so much.</param>
    public static byte[] InRecords(byte[] message, int size = 16_384) => [.. message.Chunk(size).SelectMany(Record)];

    public static byte[] Record(byte[] fragment) => [22, 3, 1, .. Vector16(fragment)];

    public static byte[] Vector8(byte[] content) => [(byte)content.Length, .. content];

    public static byte[] Vector16(byte[] content) => [.. Number(content.Length), .. content];

    private static byte[] Number(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
