using System.Net;
using System.Net.Sockets;
using Proxify.Linux;

namespace Proxify.Tests.Linux;

public sealed unsafe class IoUringBufferRingTests : IDisposable
{
    private const ushort Group = 3;

    private readonly IoUring _ring = TestRing.Create(completions: 64);
    private readonly Socket _sender = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Socket _receiver;

    public IoUringBufferRingTests()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _sender.Connect(listener.LocalEndPoint!);
        _receiver = listener.Accept();
    }

    [Fact]
    public void Multishot_receive_fills_one_buffer_after_another()
    {
        using var buffers = Provide(count: 4, size: 16);
        Receive();
        _sender.Send("0123456789abcdef0123"u8);

        var received = _ring.Take(2);

        Assert.Equal(["0123456789abcdef", "0123"], received.Select(c => Text(buffers, c.Flags, c.Result)));
        Assert.All(received, c => Assert.True(c.Flags.HasFlag(IoUringCqeBits.More)));
    }

    [Fact]
    public void Multishot_receive_without_a_buffer_left_ends_with_ENOBUFS_and_goes_on_when_asked_again()
    {
        using var buffers = Provide(count: 2, size: 4);
        Receive();
        _sender.Send("0123456789ab"u8);
        var received = _ring.Take(3);

        Assert.Equal(-Errno.NoBufferSpace, received[2].Result);
        Assert.False(received[2].Flags.HasFlag(IoUringCqeBits.More));

        buffers.Provide(Id(received[0].Flags));
        buffers.Publish();
        Receive();
        Assert.Equal("89ab", Text(buffers, _ring.Take(1)[0] is var last ? last.Flags : default, last.Result));
    }

    [Fact]
    public void Multishot_receive_with_a_limit_ends_there_and_leaves_the_rest()
    {
        using var buffers = Provide(count: 8, size: 4);
        _ring.NextSqe()->RecvMultishot((int)_receiver.SafeHandle.DangerousGetHandle(), Group, pollFirst: false, limit: 8);
        _ring.Submit();
        _sender.Send("0123456789ab"u8);

        var received = _ring.Take(2);

        Assert.Equal(["0123", "4567"], received.Select(c => Text(buffers, c.Flags, c.Result)));
        Assert.False(received[1].Flags.HasFlag(IoUringCqeBits.More));
        Assert.Equal(4, _receiver.Available);
    }

    [Fact]
    public void Multishot_receive_ends_with_zero_at_fin()
    {
        using var buffers = Provide(count: 2, size: 4);
        Receive();
        _sender.Shutdown(SocketShutdown.Send);

        var (_, result, flags) = _ring.Take(1).Single();

        Assert.Equal(0, result);
        Assert.False(flags.HasFlag(IoUringCqeBits.More));
    }

    [Fact]
    public void Buffers_go_round_many_times()
    {
        using var buffers = Provide(count: 2, size: 8);
        Receive();
        for (var i = 0; i < 100_000; i += 1000)
        {
            _sender.Send(BitConverter.GetBytes((long)i));

            var (_, result, flags) = _ring.Take(1).Single();

            Assert.Equal(i, BitConverter.ToInt64(new ReadOnlySpan<byte>(buffers.Buffer(Id(flags)), result)));
            buffers.Provide(Id(flags));
            buffers.Publish();
        }
    }

    public void Dispose()
    {
        _ring.Dispose();
        _sender.Dispose();
        _receiver.Dispose();
    }

    private static int Id(IoUringCqeBits flags) => (int)((uint)flags >> 16);

    private static string Text(IoUringBufferRing buffers, IoUringCqeBits flags, int length) =>
        System.Text.Encoding.ASCII.GetString(buffers.Buffer(Id(flags)), length);

    private IoUringBufferRing Provide(int count, int size)
    {
        var buffers = new IoUringBufferRing(_ring, Group, count, size);
        for (var id = 0; id < count; id++)
            buffers.Provide(id);
        buffers.Publish();
        return buffers;
    }

    private void Receive()
    {
        _ring.NextSqe()->RecvMultishot((int)_receiver.SafeHandle.DangerousGetHandle(), Group, pollFirst: false);
        _ring.Submit();
    }
}
