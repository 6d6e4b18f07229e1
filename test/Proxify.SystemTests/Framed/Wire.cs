using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Proxify.SystemTests.Framed;

/// <summary>A connection seen as text, a character to a byte. One flow may send while another receives. Every wait is bounded.</summary>
internal sealed class Wire(Socket socket) : IDisposable
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public Socket Socket => socket;

    /// <summary>How much of what has come nobody has asked for yet.</summary>
    public int Unread => _end - _start;

    public static async Task<Wire> ConnectAsync(Lab lab, int port, int? receiveBuffer = null)
    {
        var socket = lab.Make(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port)).Within();
        return new Wire(socket);
    }

    /// <summary>What a failing test shows of a text: its beginning, and no control characters.</summary>
    public static string Show(string text)
    {
        var shown = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, 300)))
            shown.Append(c switch { '\r' => "\\r", '\n' => "\\n", >= ' ' and < '\x7f' => $"{c}", _ => $"\\x{(int)c:x2}" });
        return text.Length > 300 ? $"{shown}… ({text.Length} bytes)" : shown.ToString();
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Bounded by progress, not by total time. A connection that has ended is for who receives to tell.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[await socket.SendAsync(bytes).Within()..];
        }
        catch (SocketException)
        {
        }
    }

    /// <summary>A line, its end included.</summary>
    public async ValueTask<string> LineAsync(string delimiter = "\n")
    {
        var wanted = Encoding.Latin1.GetBytes(delimiter);
        for (var searched = 0; ;)
        {
            var found = _buffer.AsSpan(_start + searched, Unread - searched).IndexOf(wanted);
            if (found >= 0)
                return Take(searched + found + wanted.Length);
            searched = Math.Max(0, Unread - wanted.Length + 1);
            if (!await FillAsync())
                throw new EndOfStreamException($"ended in the middle of a line: {Show(Take(Unread))}");
        }
    }

    public async ValueTask<string> BytesAsync(int count)
    {
        while (Unread < count)
        {
            if (!await FillAsync())
                throw new EndOfStreamException($"ended {count - Unread} bytes too early");
        }

        return Take(count);
    }

    /// <summary>All that comes until the other side ends, in whichever way.</summary>
    public async Task<string> ToEndAsync()
    {
        while (await FillAsync())
        {
        }

        return Take(Unread);
    }

    public void Fin() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends by RST.</summary>
    public void Reset()
    {
        socket.LingerState = new(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();

    private string Take(int count)
    {
        var text = Encoding.Latin1.GetString(_buffer, _start, count);
        _start += count;
        return text;
    }

    /// <summary>False: nothing more comes.</summary>
    private async ValueTask<bool> FillAsync()
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end == _buffer.Length)
        {
            var buffer = Unread > _buffer.Length / 2 ? new byte[2 * _buffer.Length] : _buffer;
            _buffer.AsSpan(_start, Unread).CopyTo(buffer);
            (_buffer, _start, _end) = (buffer, 0, Unread);
        }

        try
        {
            var received = await socket.ReceiveAsync(_buffer.AsMemory(_end)).Within(what: "more bytes");
            _end += received;
            return received > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
