using System.Net.Sockets;
using System.Security.Authentication;
using Proxify.Linux;
using Proxify.Transport;
using Proxify.Transport.Net;

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

    private readonly CancellationTokenSource _stop = new();

    public void Begin(CheckTask task) => _ = Task.Run(() => RunAsync(task));

    public void Dispose()
    {
        _stop.Cancel();
    }

    private async Task RunAsync(CheckTask task)
    {
        var result = CheckResult.NotMade;
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            await using var timer = timeProvider.CreateTimer(_ => EndInTime(task, end), null, task.Timeout, Look(task.Timeout));
            result = await CheckAsync(task, end.Token);
        }
        catch (OperationCanceledException)
        {
            result = _stop.IsCancellationRequested ? CheckResult.NotMade : CheckResult.TimedOut;
        }
        catch (SocketException e)
        {
            result = DialErrors.Of(e.SocketErrorCode) switch
            {
                DialOutcome.TimedOut => CheckResult.TimedOut,
                DialOutcome.Undecided => CheckResult.NotMade,
                _ => CheckResult.Unreachable,
            };
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            result = CheckResult.BadAnswer;
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
        if (task.IsTimeOver(timeProvider))
            end.Cancel();
    }

    private static async Task<CheckResult> CheckAsync(CheckTask task, CancellationToken limit)
    {
        using var socket = new Socket(task.Endpoint.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        socket.SetRawSocketOption(Libc.SolSocket, Libc.SoReuseAddress, [1, 0, 0, 0]); // as of plain checks: the port can be listened on
        socket.LingerState = new LingerOption(true, 0); // RST at the end, as of plain checks: no TIME_WAIT.
        if (task.Settings.Source is { } source)
            Bind(socket, source, task.Endpoint);
        await socket.ConnectAsync(task.Endpoint.ToIPEndPoint(), limit);
        await using var plain = new NetworkStream(socket);
        await using var stream = await task.Settings.Type.OpenAsync(plain, task.Target.ServerName, limit);
        return await TalkAsync(stream, task.Settings, limit);
    }

    private static void Bind(Socket socket, DialSource source, TcpEndpoint target)
    {
        var error = source.Next(target) is { } local
            ? SocketErrors.FromErrno(-LocalBinding.Bind((int)socket.SafeHandle.DangerousGetHandle(), local)) : SocketError.AddressFamilyNotSupported;
        if (error != SocketError.Success)
            throw new SocketException((int)error);
    }

    private static async Task<CheckResult> TalkAsync(Stream stream, CheckSettings settings, CancellationToken limit)
    {
        if (!settings.Send.IsEmpty)
            await stream.WriteAsync(settings.Send, limit);
        if (settings.Expect.IsEmpty)
            return CheckResult.Good;

        var buffer = new byte[LeastReceived];
        var length = 0;
        while (length < MostReceived)
        {
            if (length == buffer.Length)
                Array.Resize(ref buffer, MostReceived);
            var received = await stream.ReadAsync(buffer.AsMemory(length), limit);
            if (received == 0)
                return CheckResult.BadAnswer;
            length += received;
            if (buffer.AsSpan(0, length).IndexOf(settings.Expect.Span) >= 0)
                return CheckResult.Good;
        }

        return CheckResult.BadAnswer;
    }
}
