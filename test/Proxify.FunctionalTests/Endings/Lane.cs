using System.Net;
using System.Net.Sockets;
using Proxify.Telemetry;

namespace Proxify.FunctionalTests.Endings;

/// <summary>Plays one session after the other, each between a client and the lane's own target: so it is certain which two belong together.</summary>
internal sealed class Lane : IDisposable
{
    /// <summary>
    /// For one session without anything happening. Only a defect, never a slow machine, should reach it; and not what proxify's own bounds (30 s) end.
    /// </summary>
    private const long Patience = 90_000;

    /// <summary>Others have their turn after so many reads and writes.</summary>
    private const int Turn = 64;

    private readonly Readiness _readiness;
    private readonly int _mark;
    private readonly Socket _listener;
    private readonly LaneTls _tls;
    private Script _script = null!;
    private ScriptedPeer _client = null!;
    private ScriptedPeer _target = null!;
    private SessionRecord? _record;
    private long _lastMove;

    private Lane(Readiness readiness, int mark, IPEndPoint? entrance)
    {
        _readiness = readiness;
        _mark = mark;
        _tls = entrance is null ? LaneTls.None : LaneTls.Of(mark);
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // Accepted sockets inherit the size; it must be set before the handshake to bound the window.
        if (mark % 2 == 0)
            _listener.ReceiveBufferSize = 8 * 1024;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(16);
        readiness.Watch(_listener.SafeHandle, mark);
        Entrance = entrance ?? Target;
    }

    public IPEndPoint Target => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Where clients connect: proxify, or for a direct connection the target itself.</summary>
    public IPEndPoint Entrance { get; }

    public bool IsDirect => Entrance.Equals(Target);

    /// <param name="readiness">Hears of what happens to the lane's sockets.</param>
    /// <param name="mark">As what it hears of it; even ones have a target with a small receive buffer.</param>
    /// <param name="entrance">Null for direct connections.</param>
    public static Lane Open(Readiness readiness, int mark, IPEndPoint? entrance) => new(readiness, mark, entrance);

    public void Begin(Script script, long now)
    {
        _script = script;
        _record = null;
        _lastMove = now;
        var fromClient = new Payload(2 * script.Index);
        var fromTarget = new Payload((2 * script.Index) + 1);
        _client = new ScriptedPeer(script.Client, fromClient, fromTarget);
        _target = new ScriptedPeer(script.Target, fromTarget, fromClient);
        _client.Meet(_target);
        _target.Meet(_client);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (script.Client.Buffers > 0)
            socket.ReceiveBufferSize = script.Client.Buffers;
        try
        {
            socket.Connect(Entrance); // over loopback the kernel answers at once
            _client.Open(_tls.Client ? ScriptedTlsWire.Begin(socket, isServer: false, _tls.Version) : new ScriptedWire(socket));
            _readiness.Watch(socket.SafeHandle, _mark);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            socket.Dispose();
            _client.FailToOpen();
        }
    }

    /// <summary>What proxify says of the session; not needed for a direct one.</summary>
    public void Note(SessionRecord record) => _record = record;

    /// <summary>Goes on as far as it can; true when it could go further.</summary>
    public bool Play(long now)
    {
        if (!_target.IsOpen && !_target.IsAbsent)
            Accept();
        var turn = 0;
        while (turn < Turn && (_client.TryGoOn(now) | _target.TryGoOn(now)))
            turn++;
        if (turn > 0)
            _lastMove = now;
        return turn == Turn;
    }

    public bool IsOver => _client.IsOver && _target.IsOver && (IsDirect || _record is not null);

    public bool IsHanging(long now) => now - _lastMove > Patience;

    /// <summary>Judges a session that is over.</summary>
    public IReadOnlyList<string> Differences() => EndingsModel.Differences(_client.Deeds, _target.IsAbsent ? null : _target.Deeds, _record);

    public void Drop()
    {
        _client.Drop();
        _target.Drop();
    }

    public override string ToString() => $"{_script}\nclient at {_client}\ntarget at {_target}\n{_record?.ToString() ?? "no record"}";

    public void Dispose() => _listener.Dispose();

    /// <summary>Null: who dials has left in the middle of the handshake, since its client has.</summary>
    private ScriptedWire? TryBegin(Socket socket)
    {
        if (!_tls.Target)
            return new ScriptedWire(socket);
        try
        {
            return ScriptedTlsWire.Begin(socket, isServer: true, _tls.Version);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return null;
        }
    }

    private void Accept()
    {
        // The handshake is over before the record is written: whoever is not there by then does not come.
        var cannotCome = _record is not null || (IsDirect && _client.IsOver);
        if (_listener.Poll(0, SelectMode.SelectRead))
        {
            var socket = _listener.Accept();
            if (TryBegin(socket) is { } wire)
            {
                _target.Open(wire);
                _readiness.Watch(socket.SafeHandle, _mark);
            }
            else
            {
                _target.IsAbsent = true;
                socket.Dispose();
            }
        }
        else if (cannotCome)
        {
            _target.IsAbsent = true;
        }
    }
}
