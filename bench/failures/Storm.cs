using System.Diagnostics;

namespace Proxify.FailuresBench;

/// <summary>One client that floods, as fast as a thread can.</summary>
/// <param name="Name">In the table and on the command line.</param>
/// <param name="Strike">Makes a connection, or a round of them, and gives how many were made; with those that are kept open.</param>
sealed record Storm(string Name, Func<int, Queue<int>, int> Strike)
{
    const int Patience = 3;
    const int Held = 500;

    static readonly byte[] Question = "PING\r\n"u8.ToArray();

    public static IReadOnlyList<Storm> All { get; } =
    [
        new("storm of resets", static (port, _) => Connect(port, RawSocket.Reset)),
        new("storm of FINs", static (port, _) => Connect(port, RawSocket.Close)),
        new("storm of bytes and a FIN", static (port, _) => Connect(port, fd => Ask(fd, RawSocket.Close))),
        new("storm of bytes and a reset", static (port, _) => Connect(port, fd => Ask(fd, RawSocket.Reset))),
        new("storm of later resets", static (port, held) => Connect(port, fd => Hold(fd, held))),
        new("storm of half-open connections", static (port, held) => Connect(port, fd => Hold(HalfClose(fd), held))),
        new("500 clients of slow bytes", Drip),
    ];

    /// <summary>Until it is told to end; how many connections, or slow bytes, were made and how many failed.</summary>
    public (long Made, long Failed) Run(int port, CancellationToken stop)
    {
        var held = new Queue<int>();
        var (made, failed) = (0L, 0L);
        while (!stop.IsCancellationRequested)
        {
            var struck = Strike(port, held);
            made += struck;
            failed += struck == 0 ? 1 : 0;
        }

        foreach (var fd in held)
            RawSocket.Reset(fd);
        return (made, failed);
    }

    static int Connect(int port, Action<int> end)
    {
        var fd = RawSocket.Connect(port, Patience);
        if (fd < 0)
            return 0;
        end(fd);
        return 1;
    }

    static void Ask(int fd, Action<int> end)
    {
        _ = RawSocket.TrySend(fd, Question);
        end(fd);
    }

    static int HalfClose(int fd)
    {
        RawSocket.ShutdownSend(fd);
        return fd;
    }

    static void Hold(int fd, Queue<int> held)
    {
        held.Enqueue(fd);
        if (held.Count > Held)
            RawSocket.Reset(held.Dequeue());
    }

    /// <summary>A byte of a question from each client, by turns.</summary>
    static int Drip(int port, Queue<int> held)
    {
        if (held.Count < Held)
            return Connect(port, held.Enqueue);
        var fd = held.Dequeue();
        held.Enqueue(fd);
        RawSocket.Discard(fd);
        return RawSocket.TrySend(fd, Question.AsSpan((int)(Stopwatch.GetTimestamp() % Question.Length), 1), wait: false) ? 1 : 0;
    }
}
