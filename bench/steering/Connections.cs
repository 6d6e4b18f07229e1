using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Proxify.SteeringBench;

/// <summary>
/// Makes connections as fast as it gets answers: connect, one HTTP request, the answer to its end, close. On loopback the kernel handles a SYN in the
/// client's own system call, so what steering costs shows in the client's processor time.
/// </summary>
static class Connections
{
    const int Clients = 8;

    static readonly byte[] Request = "GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"u8.ToArray();

    public static (long Count, double Rate, TimeSpan ClientCpu) Run(int port, TimeSpan duration)
    {
        long count = 0;
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var start = Stopwatch.GetTimestamp();
        var clients = Enumerable.Range(0, Clients).Select(_ => new Thread(Loop)).ToArray();
        foreach (var client in clients)
            client.Start();
        foreach (var client in clients)
            client.Join();
        var elapsed = Stopwatch.GetElapsedTime(start);
        process.Refresh();
        return (count, count / elapsed.TotalSeconds, process.TotalProcessorTime - cpu);

        void Loop()
        {
            var endpoint = new IPEndPoint(IPAddress.Loopback, port);
            var buffer = new byte[4096];
            var own = 0L;
            while (Stopwatch.GetElapsedTime(start) < duration)
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Connect(endpoint);
                socket.Send(Request);
                var received = 0;
                while (socket.Receive(buffer) is > 0 and var n)
                    received += n;
                own += received > 0 ? 1 : throw new BenchException("a connection ended without an answer");
            }

            Interlocked.Add(ref count, own);
        }
    }
}
