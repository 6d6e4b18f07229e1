using System.Text.Json;
using Proxify.Linux;

namespace Proxify.Handover;

/// <summary>One end of what two processes speak through: a message at a time, each with its descriptors. By one thread at a time.</summary>
internal sealed class HandoverSocket(int descriptor) : IDisposable
{
    /// <summary>Less than net.core.wmem_default, which a message has to fit in.</summary>
    private const int LongestMessage = 160 * 1024;

    /// <summary>A process that does not answer for so long is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly byte[] _buffer = new byte[LongestMessage];
    private readonly int[] _descriptors = new int[Libc.MostDescriptors];
    private int _isClosed;

    /// <exception cref="HandoverException">The other process is gone, or takes nothing.</exception>
    public void Send(HandoverMessage message, ReadOnlySpan<int> descriptors = default)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(message, HandoverJson.Default.HandoverMessage);
        if (bytes.Length > LongestMessage)
            throw new HandoverException($"a message of {bytes.Length} bytes is too long");
        using var limit = Limit();
        if (Libc.SendWithDescriptors(descriptor, bytes, descriptors) is < 0 and var error)
            throw new HandoverException($"nothing can be said to the other process: {Errno.Describe(-error)}");
    }

    /// <summary>Receives the next message.</summary>
    /// <param name="step">What it has to be; null: anything.</param>
    /// <returns>The message and its descriptors, which the caller owns.</returns>
    /// <exception cref="HandoverException">The other process is gone, says something else, or nothing.</exception>
    public (HandoverMessage Message, int[] Descriptors) Receive(HandoverStep? step = null)
    {
        int received;
        int count;
        using (Limit())
            received = Libc.ReceiveWithDescriptors(descriptor, _buffer, _descriptors, out count);
        if (received <= 0)
            throw new HandoverException(received == 0 ? "the other process is gone, or does not answer" : $"{Errno.Describe(-received)}");
        var descriptors = _descriptors.AsSpan(0, count).ToArray();
        try
        {
            var message = JsonSerializer.Deserialize(_buffer.AsSpan(0, received), HandoverJson.Default.HandoverMessage)!;
            if (message.Step == HandoverStep.Refused)
                throw new HandoverException(message.Problem ?? "the other process refuses");
            return step is null || message.Step == step ? (message, descriptors) : throw new HandoverException($"it says {message.Step} instead of {step}");
        }
        catch (Exception e)
        {
            CloseAll(descriptors);
            throw e is JsonException ? new HandoverException($"it says something that is not understood: {e.Message}") : e;
        }
    }

    public static void CloseAll(ReadOnlySpan<int> descriptors)
    {
        foreach (var one in descriptors)
            Libc.Close(one);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
            Libc.Close(descriptor);
    }

    /// <summary>Ends the wait when it has been too long.</summary>
    private Timer Limit() => new(_ => _ = Libc.Shutdown(descriptor), null, Patience, Timeout.InfiniteTimeSpan);
}
