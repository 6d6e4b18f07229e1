using System.Net.Sockets;
using Proxify.Prefaces;
using Proxify.Transport;
using Proxify.Transport.Sockets;

namespace Proxify.Health;

/// <summary>
/// Checks for which the target itself has to do something: TLS, send and expect. On the thread pool; how many there are at once is the
/// <see cref="CheckLoop"/>'s to say.
/// </summary>
internal sealed class ContentCheck(TimeProvider timeProvider) : IDisposable
{
    /// <summary>Where in an answer the expected bytes are looked for, at the most.</summary>
    public const int MostReceived = 16 * 1024;

    /// <summary>The first buffer: small, because many checks may hang at once and never get a byte.</summary>
    private const int LeastReceived = 512;

    /// <summary>How often in its time a check is looked at: where its time has begun anew (<see cref="CheckTask.IsTimeOver"/>), it still has to end.</summary>
    private const int LooksPerTimeout = 4;

    private readonly SocketsTransport _transport = new(timeProvider);
    private readonly CancellationTokenSource _stop = new();

    public void Begin(CheckTask task) => _ = Task.Run(() => RunAsync(task));

    public void Dispose()
    {
        _stop.Cancel();
        _ = _transport.DisposeAsync().AsTask();
    }

    private async Task RunAsync(CheckTask task)
    {
        var result = CheckResult.NotMade;
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            await using var timer = timeProvider.CreateTimer(_ => EndInTime(task, end), null, task.Timeout, Look(task.Timeout));
            result = await CheckAsync(task, end.Token);
            if (result != CheckResult.Good && end.IsCancellationRequested)
                result = _stop.IsCancellationRequested ? CheckResult.NotMade : CheckResult.TimedOut;
        }
        finally
        {
            task.Complete(result);
        }
    }

    /// <summary>At least a millisecond: for a timer, a shorter period is 0, which means that it fires once only.</summary>
    public static TimeSpan Look(TimeSpan timeout) => timeout / LooksPerTimeout is { TotalMilliseconds: >= 1 } look ? look : TimeSpan.FromMilliseconds(1);

    private void EndInTime(CheckTask task, CancellationTokenSource end)
    {
        if (!task.IsTimeOver(timeProvider))
            return;
        try
        {
            end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The check has ended meanwhile; not every clock's timer waits for its callback when it is disposed.
        }
    }

    private async Task<CheckResult> CheckAsync(CheckTask task, CancellationToken limit)
    {
        var local = default(LocalEnd);
        if (task.Settings.Source is { } source)
        {
            if (source.Next(task.Endpoint) is not { } given)
                return CheckResult.NotMade;
            local = given;
        }

        var dial = await _transport.DialAsync(task.Endpoint, local, limit);
        if (dial.Connection is not { } connection)
        {
            return DialErrors.Of(dial.Error) switch
            {
                DialOutcome.TimedOut => CheckResult.TimedOut,
                DialOutcome.Undecided => CheckResult.NotMade,
                _ => CheckResult.Unreachable,
            };
        }

        await using var aborting = limit.UnsafeRegister(static connection => ((Connection)connection!).Abort(), connection);
        try
        {
            // TCP's simultaneous open (RFC 9293, 3.5), as of plain checks: nobody is there but an echo of the check.
            if (connection.Local == connection.Remote)
                return CheckResult.Unreachable;
            if (task.Settings.Header is { } header && !await SendAsync(connection, header))
                return CheckResult.BadAnswer;
            task.Problem = await task.Settings.Type.OpenAsync(connection, task);
            return task.Problem is null && await TalkAsync(connection, task.Settings) ? CheckResult.Good : CheckResult.BadAnswer;
        }
        finally
        {
            connection.Reset(); // as of plain checks: no TIME_WAIT
            connection.Transform?.Dispose();
        }
    }

    private static async Task<bool> SendAsync(Connection connection, SentHeader header)
    {
        var bytes = new byte[ProxyLine.MostBytes];
        var length = header.WriteOwn(bytes, connection.Local, connection.Remote);
        return (await connection.SendAsync(bytes.AsMemory(0, length))).Error == SocketError.Success;
    }

    /// <summary>Whether the target has said what it should.</summary>
    private static async Task<bool> TalkAsync(Connection connection, CheckSettings settings)
    {
        if (!settings.Send.IsEmpty && (await connection.SendAsync(settings.Send)).Error != SocketError.Success)
            return false;
        if (settings.Expect.IsEmpty)
            return true;

        var buffer = new byte[LeastReceived];
        var length = 0;
        while (length < MostReceived)
        {
            if (length == buffer.Length)
                Array.Resize(ref buffer, MostReceived);
            var received = await connection.ReceiveAsync(buffer.AsMemory(length));
            if (received.Error != SocketError.Success || received.Bytes == 0)
                return false;
            length += received.Bytes;
            if (buffer.AsSpan(0, length).IndexOf(settings.Expect.Span) >= 0)
                return true;
        }

        return false;
    }
}
