using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Proxify.Transport.Tls;

/// <summary>Handshakes on connections.</summary>
internal static class TlsHandshaking
{
    /// <summary>What is received at once: a hello, or a client's last messages, mostly whole.</summary>
    private const int BufferSize = 4 * 1024;

    /// <summary>
    /// Brings a handshake to its end. Whoever calls says how long it may take, by aborting the connection. Of the costly steps, with the signature, a worker
    /// does one in each of its rounds, and leaves the others to <see cref="TlsThreads"/>: whoever else it serves does not wait for them, and they use all
    /// processors.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<TlsOutcome> RunAsync(Connection connection, TlsHandshake handshake)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var wire = ReadOnlyMemory<byte>.Empty;
            while (true)
            {
                if (!wire.IsEmpty || !handshake.HearsFirst)
                {
                    var mayStep = !handshake.IsNextCostly || connection.TryTakeTurn();
                    var (step, consumed) = mayStep ? Step(handshake, wire) : await TlsThreads.RunAsync(handshake, wire);
                    if (!handshake.Output.IsEmpty && (await connection.SendAsync(handshake.Output)).Error != SocketError.Success)
                        return TlsOutcome.Lost;
                    if (step == TlsStep.Done)
                    {
                        Begin(connection, handshake.TakeTransform(), wire.Span[consumed..]);
                        return TlsOutcome.Done;
                    }

                    if (step == TlsStep.Failed)
                    {
                        connection.Close();
                        return TlsOutcome.Failed;
                    }
                }

                var received = await connection.ReceiveAsync(buffer);
                if (received.Error != SocketError.Success || received.Bytes == 0)
                    return TlsOutcome.Lost;
                wire = buffer.AsMemory(0, received.Bytes);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <param name="connection">The handshake is no part of what it relays.</param>
    /// <param name="transform">Takes over.</param>
    /// <param name="rest">What has come behind the handshake.</param>
    private static void Begin(Connection connection, ConnectionTransform transform, ReadOnlySpan<byte> rest)
    {
        if (!rest.IsEmpty)
            connection.PutBack(rest.ToArray());
        connection.ForgetReceived();
        connection.Transform = transform;
    }

    private static (TlsStep Step, int Consumed) Step(TlsHandshake handshake, ReadOnlyMemory<byte> wire)
    {
        var step = handshake.Step(wire.Span, out var consumed);
        return (step, consumed);
    }
}
