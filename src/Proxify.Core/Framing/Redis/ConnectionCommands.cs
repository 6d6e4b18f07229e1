using System.Text;

namespace Proxify.Framing.Redis;

/// <summary>
/// Commands about the connection itself that client libraries send when they connect, in the forms that change nothing for those who share one. Every other
/// form wants a connection of its own.
/// </summary>
internal static class ConnectionCommands
{
    private static readonly byte[] Ok = "+OK\r\n"u8.ToArray();

    /// <summary>What servers say that do not know it (as redis words it).</summary>
    private static readonly byte[] NoNotifications = "-ERR unknown subcommand 'MAINT_NOTIFICATIONS'. Try CLIENT HELP.\r\n"u8.ToArray();

    public static RequestClass Find(ReadOnlySpan<byte> name, RespWords words, bool speaksResp3)
    {
        if (Is(name, "QUIT"u8))
            return RequestClass.Last;
        if (Is(name, "SELECT"u8))
            return words.Next().SequenceEqual("0"u8) && !words.HasMore ? RequestClass.Local : RequestClass.Own;
        if (Is(name, "HELLO"u8))
            return FindHello(words, speaksResp3);
        return Is(name, "CLIENT"u8) ? FindClient(words) : RequestClass.Own;
    }

    public static byte[] Answer(ReadOnlySpan<byte> name, RespWords words, long client)
    {
        if (!Is(name, "CLIENT"u8))
            return Ok;
        var what = words.Next();
        if (Is(what, "ID"u8))
            return Encoding.ASCII.GetBytes($":{client}\r\n");
        return IsNotifications(what) ? NoNotifications : Ok;
    }

    /// <summary>Names of clients and libraries.</summary>
    public static bool IsSaidAgain(ReadOnlySpan<byte> name, RespWords words)
    {
        if (!Is(name, "CLIENT"u8))
            return false;
        var what = words.Next();
        return Is(what, "SETNAME"u8) || Is(what, "SETINFO"u8);
    }

    /// <summary>Who asks for the version that is spoken anyway gets the server's own answer.</summary>
    private static RequestClass FindHello(RespWords words, bool speaksResp3)
    {
        var version = words.Next();
        if (words.HasMore)
            return RequestClass.Own;
        if (version.IsEmpty || version.SequenceEqual(speaksResp3 ? "3"u8 : "2"u8))
            return RequestClass.Read;
        return !speaksResp3 && version.SequenceEqual("3"u8) ? RequestClass.Upgrade : RequestClass.Own;
    }

    private static RequestClass FindClient(RespWords words)
    {
        var what = words.Next();
        if (Is(what, "ID"u8))
            return words.HasMore ? RequestClass.Own : RequestClass.Local;
        if (IsNotifications(what))
            return RequestClass.Local;
        var takesName = Is(what, "SETNAME"u8) || (Is(what, "SETINFO"u8) && IsInfo(words.Next()));
        return takesName && words.HasMore && IsName(words.Next()) && !words.HasMore ? RequestClass.Local : RequestClass.Own;
    }

    /// <summary>Word of where the server moves to, which is no concern of who comes through a proxy. Newer libraries ask for it when they connect.</summary>
    private static bool IsNotifications(ReadOnlySpan<byte> what) => Is(what, "MAINT_NOTIFICATIONS"u8);

    private static bool IsInfo(ReadOnlySpan<byte> attribute) => Is(attribute, "LIB-NAME"u8) || Is(attribute, "LIB-VER"u8);

    /// <summary>What the server would take: no spaces, newlines or other characters out of ASCII's printable ones (validateClientName, networking.c).</summary>
    private static bool IsName(ReadOnlySpan<byte> value) => !value.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> upper) => Ascii.EqualsIgnoreCase(word, upper);
}
