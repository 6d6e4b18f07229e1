using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Proxify.Transport;

namespace Proxify.Resolution;

/// <summary>
/// One DNS server, asked by UDP, and by TCP where its answer does not fit. Each question has a socket, and so a port, of its own, and is sent twice before it
/// is given up.
/// </summary>
#pragma warning disable CA1001 // A semaphore has something to dispose of only where its wait handle is used.
internal sealed class DnsServer(IPEndPoint endpoint, OpenQuestions open, TimeProvider timeProvider)
#pragma warning restore CA1001
{
    /// <summary>How long the answer to one datagram is waited for; over TCP, the connect and the answer together.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>A server that has not answered for so long counts as silent, and the next one is asked as well.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How often a server that was silent gets a question before others do.</summary>
    public static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(10);

    private const int Tries = 2;

    /// <summary>
    /// Datagrams that the server may not have read yet. A thousand at once would overflow its receive queue, and each that is lost there costs two seconds.
    /// </summary>
    private const int MostUnread = 100;

    /// <summary>After so long a datagram counts as read, answered or not: otherwise those that were lost would keep others from being sent.</summary>
    private static readonly TimeSpan ReadBy = TimeSpan.FromMilliseconds(50);

    /// <summary>Without EDNS (RFC 6891), as we ask, an answer has at most 512.</summary>
    private const int LongestDatagram = 4096;

    private readonly SemaphoreSlim _unread = new(MostUnread);
    private long _silentSince;

    public IPEndPoint Endpoint => endpoint;

    /// <summary>It has not answered lately. Once in <see cref="TryAgainAfter"/> this says false all the same, so that somebody asks it and finds out.</summary>
    public bool IsSilent()
    {
        var since = Volatile.Read(ref _silentSince);
        return since != 0 && (timeProvider.GetElapsedTime(since) < TryAgainAfter
            || Interlocked.CompareExchange(ref _silentSince, timeProvider.GetTimestamp(), since) != since);
    }

    /// <param name="question">Of <see cref="DnsMessage.Question"/>.</param>
    /// <param name="stop">Another one has answered.</param>
    public async Task<DnsReply> AskAsync(byte[] question, CancellationToken stop)
    {
        await _unread.WaitAsync(stop);
        var isRead = 0;
        void NoteRead()
        {
            if (Interlocked.Exchange(ref isRead, 1) == 0)
                _unread.Release();
        }

        try
        {
            using var place = await open.EnterAsync(stop);
            // From here on the time is the server's: what was waited for so far is no silence of its.
            var looks = 0;
            void Look()
            {
                if (Interlocked.Increment(ref looks) == 1)
                    NoteRead();
                else if (!stop.IsCancellationRequested) // nobody waits for it any more, and what it would have said is not known
                    NoteSilence();
            }

            // The second look comes before the next server is asked: if that one has answered already, this one's silence would not be known.
            await using var look = timeProvider.CreateTimer(_ => Look(), null, ReadBy, Patience - (2 * ReadBy));
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, place.GivenUp);
            return await AskAsync(question, NoteRead, either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Failed($"no answer within {Patience.TotalSeconds:0} s, and more than {OpenQuestions.Most} questions");
        }
        catch (SocketException e)
        {
            return Failed(e.SocketErrorCode);
        }
        catch (IOException e)
        {
            return e.InnerException is SocketException { SocketErrorCode: var error } ? Failed(error) : Failed(e.Message);
        }
        finally
        {
            NoteRead();
        }
    }

    private async Task<DnsReply> AskAsync(byte[] question, Action noteRead, CancellationToken stop)
    {
        var response = await AskByUdpAsync(question, stop);
        noteRead();
        if (response is { IsTruncated: true })
            response = await AskByTcpAsync(question, stop);
        if (response is null)
            return Failed($"no answer within {LongestWait.TotalSeconds:0} s");
        Volatile.Write(ref _silentSince, 0);
        return response.IsAnswer ? new DnsReply(response, null) : new DnsReply(null, $"{endpoint}: {response.Problem}");
    }

    private async Task<DnsResponse?> AskByUdpAsync(byte[] question, CancellationToken stop)
    {
        // Connected, so that the kernel keeps away what others send.
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(endpoint, stop);
        var buffer = new byte[LongestDatagram];
        for (var tries = 0; tries < Tries; tries++)
        {
            using var limit = new CancellationTokenSource(LongestWait, timeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
            try
            {
                await socket.SendAsync(question, either.Token);
                while (true)
                {
                    // What is no response to this question, forged or late, ends nothing.
                    var length = await socket.ReceiveAsync(buffer, either.Token);
                    if (DnsMessage.Read(buffer.AsSpan(0, length), question) is { } response)
                        return response;
                }
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                // The next try, or none.
            }
        }

        return null;
    }

    /// <summary>RFC 7766: the same message, with its length before it.</summary>
    private async Task<DnsResponse?> AskByTcpAsync(byte[] question, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(LongestWait, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endpoint, either.Token);
            await using var stream = new NetworkStream(socket);
            var length = new byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)question.Length);
            await stream.WriteAsync((byte[])[.. length, .. question], either.Token);
            await stream.ReadExactlyAsync(length, either.Token);
            var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(message, either.Token);
            return DnsMessage.Read(message, question);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>What this machine is short of says nothing of the server. (ENOMEM has no name in .NET.)</summary>
    public static bool IsOurs(SocketError error) => error is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.SocketError;

    /// <summary>Until it answers, others are asked before it.</summary>
    private void NoteSilence() => Volatile.Write(ref _silentSince, timeProvider.GetTimestamp());

    private DnsReply Failed(SocketError error)
    {
        var problem = SocketErrors.Describe(error);
        return IsOurs(error) ? new DnsReply(null, $"{endpoint} cannot be asked: {problem}") : Failed(problem);
    }

    private DnsReply Failed(string problem)
    {
        NoteSilence();
        return new DnsReply(null, $"{endpoint}: {problem}");
    }
}
