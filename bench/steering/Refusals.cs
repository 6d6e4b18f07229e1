using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Proxify.SteeringBench;

/// <summary>A thread that asks for connections at a set rate, and gives each up at once: those of a client that is refused.</summary>
sealed class Refusals
{
    readonly Thread _thread;
    long _made;

    Refusals(Action<Refusals> run) => _thread = new Thread(() => run(this));

    public static Refusals Start(int port, int rate, TimeSpan duration)
    {
        var refusals = new Refusals(own => own.Run(port, rate, duration));
        refusals._thread.Start();
        return refusals;
    }

    /// <summary>Waits for the end; how many were made.</summary>
    public long Join()
    {
        _thread.Join();
        return _made;
    }

    void Run(int port, int rate, TimeSpan duration)
    {
        var endpoint = new IPEndPoint(IPAddress.Loopback, port);
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < duration)
        {
            // In step with the clock, in batches of a millisecond; what a batch is late is not made up for.
            for (var due = Math.Min(rate / 500, (long)(elapsed.TotalSeconds * rate) - _made); due > 0; due--)
            {
                Knock(endpoint);
                _made++;
            }

            Thread.Sleep(1);
        }
    }

    /// <summary>Without an exception where it is refused, which would cost the client more than the proxy.</summary>
    static void Knock(IPEndPoint endpoint)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new(true, 0) };
        using var connect = new SocketAsyncEventArgs { RemoteEndPoint = endpoint };
        socket.ConnectAsync(connect);
    }
}
