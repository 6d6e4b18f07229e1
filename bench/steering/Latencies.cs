using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Proxify.SteeringBench;

/// <summary>
/// One client, one connection after the other with a pause between: what each takes from connect(2) to the end of the answer, in milliseconds.
/// </summary>
static class Latencies
{
    static readonly byte[] Request = "GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"u8.ToArray();

    public static List<double> Measure(int port, TimeSpan duration)
    {
        var endpoint = new IPEndPoint(IPAddress.Loopback, port);
        var buffer = new byte[4096];
        var latencies = new List<double>();
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            var began = Stopwatch.GetTimestamp();
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(endpoint);
            socket.Send(Request);
            var received = 0;
            while (socket.Receive(buffer) is > 0 and var n)
                received += n;
            if (received == 0)
                throw new BenchException("a connection ended without an answer");
            latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Thread.Sleep(1);
        }

        return latencies;
    }
}
