using System.Diagnostics;

namespace Proxify.FailuresBench;

/// <summary>A client that behaves: so many questions a second, each on a connection of its own or all on one.</summary>
static class Bystander
{
    public const int Rate = 100;
    const int Patience = 3;

    static readonly byte[] Question = "PING\r\n"u8.ToArray();

    /// <summary>Answers a second and the milliseconds below which 99 of 100 answers came; a question without an answer has waited for ever.</summary>
    public static Task<(double Rate, double Median, double Highest)> AskAsync(int port, TimeSpan duration, bool keepsConnection) =>
        Task.Factory.StartNew(() => Ask(port, duration, keepsConnection), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    static (double Rate, double Median, double Highest) Ask(int port, TimeSpan duration, bool keepsConnection)
    {
        var times = new List<double>();
        var start = Stopwatch.GetTimestamp();
        var fd = -1;
        var answers = 0;
        for (var asked = 0; Stopwatch.GetElapsedTime(start) is var now && now < duration; asked++)
        {
            // In step with the clock; a question that is late is not made up for.
            var due = TimeSpan.FromSeconds(asked / (double)Rate);
            if (due > now)
                Thread.Sleep(due - now);
            else
                asked = (int)(now.TotalSeconds * Rate);
            var began = Stopwatch.GetTimestamp();
            if (fd < 0)
                fd = RawSocket.Connect(port, Patience);
            var isAnswered = fd >= 0 && RawSocket.TrySend(fd, Question) && RawSocket.TryReceive(fd);
            times.Add(isAnswered ? Stopwatch.GetElapsedTime(began).TotalMilliseconds : double.PositiveInfinity);
            answers += isAnswered ? 1 : 0;
            if (fd >= 0 && (!keepsConnection || !isAnswered))
            {
                RawSocket.Close(fd);
                fd = -1;
            }
        }

        if (fd >= 0)
            RawSocket.Close(fd);
        times.Sort();
        return (answers / duration.TotalSeconds, times[times.Count / 2], times[(int)(times.Count * 0.99)]);
    }
}
