using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Proxify.Tests;

namespace Proxify.SystemTests.Framed;

/// <summary>Protocols of which nothing is known but where messages end: each client gets the answers to its own.</summary>
[Collection(nameof(Heavy))]
public sealed class MessageTests
{
    private const int Clients = 20;

    [Fact]
    public async Task Lines_are_answered_by_a_program_that_knows_nothing_of_proxies()
    {
        await using var lab = await Lab.CreateAsync();
        var (target, port) = (lab.Port(), lab.Port());
        lab.Start([Tool.Require("socat", "socat"), $"TCP-LISTEN:{target},bind=127.0.0.1,fork,reuseaddr", "EXEC:stdbuf -oL rev"]);
        await Patience.Eventually(() => !lab.IsRefused(target));
        await lab.StartProxifyAsync(Config.Of(FramedApp.Line(port, new { }, target)));

        await TalkAsync(lab, port, static text => text + '\n', static wire => wire.LineAsync(), longest: 2_000);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\0")]
    [InlineData("--end--\n")]
    public async Task Lines_with_another_end_are_answered_to_whom_sent_them(string delimiter)
    {
        await using var lab = await Lab.CreateAsync();
        await using var target = new MirrorTarget(lab, async wire => Reverse((await wire.LineAsync(delimiter))[..^delimiter.Length]) + delimiter);
        var port = lab.Port();
        var hex = "hex:" + Convert.ToHexStringLower(Encoding.Latin1.GetBytes(delimiter));
        await lab.StartProxifyAsync(Config.Of(FramedApp.Line(port, new { Delimiter = hex, Maximum = "1MiB" }, target.Port)));

        await TalkAsync(lab, port, text => text + delimiter, wire => wire.LineAsync(delimiter), longest: 50_000);
    }

    [Theory]
    [InlineData(0, 1, "big", 0)]
    [InlineData(0, 2, "little", 0)]
    [InlineData(0, 4, "big", -4)]
    [InlineData(3, 4, "little", 2)]
    [InlineData(1, 8, "big", -9)]
    public async Task Messages_that_say_how_long_they_are_are_answered_to_whom_sent_them(int offset, int size, string byteOrder, int adjustment)
    {
        await using var lab = await Lab.CreateAsync();
        await using var target = new MirrorTarget(lab, async wire => Frame(Reverse(await ReadAsync(wire))));
        var port = lab.Port();
        await lab.StartProxifyAsync(Config.Of(FramedApp.LengthPrefixed(
            port, new { Offset = offset, Size = size, ByteOrder = byteOrder, Adjustment = adjustment, Maximum = "1MiB" }, target.Port)));

        await TalkAsync(lab, port, Frame, async wire => Frame(await ReadAsync(wire)), longest: size == 1 ? 200 : size == 2 ? 60_000 : 900_000);

        // What follows is as long as what there is, which may have to be padded.
        string Frame(string text)
        {
            var head = new byte[offset + 8];
            var length = Math.Max(0, adjustment) + text.Length - adjustment;
            if (byteOrder == "big")
                BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(offset), (long)length << (64 - (8 * size)));
            else
                BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(offset), length);
            return Encoding.Latin1.GetString(head, 0, offset + size) + new string('p', Math.Max(0, adjustment)) + text;
        }

        async ValueTask<string> ReadAsync(Wire wire)
        {
            var head = Encoding.Latin1.GetBytes(await wire.BytesAsync(offset + size) + new string('\0', 8));
            var length = byteOrder == "big"
                ? BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(offset)) >>> (64 - (8 * size))
                : BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(offset));
            return (await wire.BytesAsync((int)length + adjustment))[Math.Max(0, adjustment)..];
        }
    }

    [Fact]
    public async Task Target_that_answers_twice_is_left_and_each_client_has_its_first_answer()
    {
        const int Rounds = 20;
        await using var lab = await Lab.CreateAsync();
        await using var target = new MirrorTarget(lab, static async wire => await wire.LineAsync() is var line && line == "twice\n" ? "first\nsecond\n" : line);
        var port = lab.Port();
        await lab.StartProxifyAsync(Config.Of(FramedApp.Line(port, new { }, target.Port)), SeenLab.Sharing);
        using var one = await Wire.ConnectAsync(lab, port);
        using var other = await Wire.ConnectAsync(lab, port);

        for (var i = 0; i < Rounds; i++)
        {
            await one.SendAsync("twice\n");
            Assert.Equal("first\n", await one.LineAsync());
            await other.SendAsync($"{i}\n");
            Assert.Equal($"{i}\n", await other.LineAsync());
        }
    }

    [Fact]
    public async Task Target_that_takes_all_and_answers_late_is_asked_so_much_and_no_more()
    {
        const int Senders = 40;
        const int Each = 16;
        await using var lab = await Lab.CreateAsync();
        using var listener = lab.Make(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var port = lab.Port();
        var line = new { Maximum = "64KiB" };
        await lab.StartProxifyAsync(
            Config.Of(FramedApp.Line(port, line, ((IPEndPoint)listener.LocalEndPoint!).Port)), SeenLab.Sharing with { Arguments = ["--workers", "1"] });
        var senders = await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Wire.ConnectAsync(lab, port)));
        var asked = new ConcurrentQueue<string>();

        for (var i = 0; i < Senders; i++)
            _ = senders[i].SendAsync(string.Concat(Enumerable.Range(0, Each).Select(n => $"{i}/{n}{new string(' ', 60_000)}\n")));
        using var target = new Wire(await listener.AcceptAsync().Within());
        var reading = Task.Run(async () =>
        {
            for (var i = 0; i < Senders * Each; i++)
                asked.Enqueue((await target.LineAsync()).TrimEnd() + '\n');
        });
        await Patience.Eventually(() => asked.Count * 60_000 > 15 << 20);
        await Patience.Never(() => asked.Count * 60_000 > 17 << 20);

        for (var i = 0; i < Senders * Each; i++)
        {
            await Patience.Eventually(() => !asked.IsEmpty);
            Assert.True(asked.TryDequeue(out var next));
            await target.SendAsync(next);
        }

        for (var i = 0; i < Senders; i++)
        {
            for (var n = 0; n < Each; n++)
                Assert.Equal($"{i}/{n}\n", await senders[i].LineAsync());
            senders[i].Dispose();
        }

        await reading;
    }

    private static string Reverse(string text) => string.Create(text.Length, text, static (reversed, text) =>
    {
        text.CopyTo(reversed);
        reversed.Reverse();
    });

    /// <summary>Many clients, each with several messages at once, cut anywhere. Each message is like no other.</summary>
    private static async Task TalkAsync(Lab lab, int port, Func<string, string> frame, Func<Wire, ValueTask<string>> read, int longest)
    {
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Run(() => OneAsync(i))));

        async Task OneAsync(int i)
        {
            var random = new Random(i);
            using var wire = await Wire.ConnectAsync(lab, port);
            for (var round = 0; round < Cases.Of(50); round++)
            {
                string[] texts = [.. Enumerable.Range(0, random.Next(1, 40)).Select(n => $"{i}/{round}/{n}/{Filler()}")];
                var sending = SendAsync(string.Concat(texts.Select(frame)));
                foreach (var text in texts)
                    Assert.Equal(Wire.Show(frame(Reverse(text))), Wire.Show(await read(wire)));
                await sending;
            }

            wire.Fin();
            Assert.Equal("", await wire.ToEndAsync());

            string Filler() => new((char)random.Next('a', 'z'), random.Next(100) == 0 ? random.Next(longest) : random.Next(Math.Min(longest, 100)));

            async Task SendAsync(string text)
            {
                while (text.Length > 0)
                {
                    var cut = random.Next(3) == 0 ? text.Length : random.Next(1, Math.Min(text.Length, 300) + 1);
                    await wire.SendAsync(text[..cut]);
                    text = text[cut..];
                }
            }
        }
    }
}
