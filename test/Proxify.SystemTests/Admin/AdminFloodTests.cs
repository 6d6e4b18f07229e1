using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;

namespace Proxify.SystemTests.Admin;

/// <summary>Who asks for too much, or takes nothing, is no trouble for others.</summary>
[Collection(nameof(Heavy))]
public sealed class AdminFloodTests
{
    private const int MostConnections = 256;

    [Fact]
    public async Task Connections_that_fill_the_TCP_port_leave_the_socket_answering_and_are_told_in_one_line()
    {
        await using var lab = await AdminLab.CreateAsync();
        var sockets = await lab.SocketsAsync();
        var flood = new List<Peer>();
        try
        {
            for (var i = 0; i < MostConnections; i++)
                flood.Add(await lab.Lab.ConnectAsync(lab.Http));
            for (var i = 0; i < 20; i++)
                Assert.Equal(PeerEnd.Reset, await lab.Lab.ConnectToEndAsync(lab.Http));

            (await lab.AskAsync("/v1/status")).Ok();
            Assert.Single(lab.Proxify.Events, static e => e.Event == "AdminConnectionRefused");
        }
        finally
        {
            flood.ForEach(static client => client.Dispose());
        }

        await Patience.Eventually(() => lab.Proxify.Sockets <= sockets);
        (await lab.AskHttpAsync("/v1/status")).Ok();
    }

    [Fact]
    public async Task Who_sends_many_requests_at_once_waits_for_his_turn()
    {
        const int Clients = 48, Requests = 100;
        await using var lab = await AdminLab.CreateAsync();
        var request = Encoding.ASCII.GetBytes("GET /v1/changes HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        var one = await LengthOfAnswerAsync(lab, request);
        var all = Enumerable.Repeat(request, Requests).SelectMany(static r => r).ToArray();
        var clients = new List<Socket>();
        try
        {
            for (var i = 0; i < Clients; i++)
                clients.Add(await ConnectAsync(lab));
            foreach (var client in clients)
                await client.SendAsync(all).Within();

            await Patience.Eventually(() => clients.Exists(client => client.Available == Requests * one));
            Assert.All(clients, static client => Assert.InRange(client.Available, 1, int.MaxValue));
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    }

    [Fact]
    public async Task Half_a_request_is_not_waited_for()
    {
        await using var lab = await AdminLab.CreateAsync();
        using var headers = await ConnectAsync(lab);
        using var body = await ConnectAsync(lab);
        await headers.SendAsync("GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\n"u8.ToArray());
        await body.SendAsync(Encoding.ASCII.GetBytes(
            $"PUT /v1/log-level HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {AdminLab.Token}\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{{"));

        Assert.Equal("408", await StatusAsync(headers));
        Assert.Equal("408", await StatusAsync(body));
    }

    [Fact]
    public async Task A_hundred_streams_of_events_have_each_in_time_whoever_does_not_read()
    {
        const int Readers = 100, Silent = 20, Events = 3_000;
        await using var lab = await AdminLab.CreateAsync();
        var http = Http(lab.Socket);
        var sockets = await lab.SocketsAsync();
        var silent = new List<Socket>();
        var readers = new List<StreamReader>();
        try
        {
            for (var i = 0; i < Readers; i++)
                readers.Add(new StreamReader(await http.GetStreamAsync("/v1/events/stream")));
            for (var i = 0; i < Silent; i++)
                silent.Add(await ListenInSilenceAsync(lab));
            var reading = Task.WhenAll(readers.Select(static reader => ReadToAsync(reader, "logged is error")));

            for (var i = 0; i < Events; i++)
                await SetLevelAsync(i % 2 == 0 ? "warn" : "info");
            await SetLevelAsync("error");

            await reading.Within();
        }
        finally
        {
            readers.ForEach(static reader => reader.Dispose());
            silent.ForEach(static socket => socket.Dispose());
            http.Dispose();
        }

        await Patience.Eventually(() => lab.Proxify.Sockets <= sockets);

        async Task SetLevelAsync(string level) => (await http.PutAsJsonAsync("/v1/log-level", new { level }).Within()).EnsureSuccessStatusCode();
    }

    private static async Task ReadToAsync(StreamReader reader, string end)
    {
        while (await reader.ReadLineAsync() is { } line && !line.Contains(end, StringComparison.Ordinal))
        {
        }
    }

    private static async Task<Socket> ListenInSilenceAsync(AdminLab lab)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(lab.Socket));
        await socket.SendAsync("GET /v1/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        return socket;
    }

    private static async Task<Socket> ConnectAsync(AdminLab lab)
    {
        var socket = lab.Lab.Make(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        await socket.ConnectAsync(IPAddress.Loopback, lab.Http).Within();
        return socket;
    }

    /// <summary>How many bytes an answer has.</summary>
    private static async Task<int> LengthOfAnswerAsync(AdminLab lab, byte[] request)
    {
        using var client = await ConnectAsync(lab);
        await client.SendAsync(request).Within();
        var (answer, count) = (new byte[4096], 0);
        while (!answer.AsSpan(0, count).EndsWith("0\r\n\r\n"u8))
            count += await client.ReceiveAsync(answer.AsMemory(count)).Within();
        return count;
    }

    private static async Task<string> StatusAsync(Socket client)
    {
        var answer = new byte[4096];
        var count = await client.ReceiveAsync(answer).Within();
        return Encoding.ASCII.GetString(answer, 0, count).Split(' ')[1];
    }

    private static HttpClient Http(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, stop) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://localhost"),
    };
}
