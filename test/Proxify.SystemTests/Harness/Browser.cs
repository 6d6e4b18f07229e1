using System.Collections.Concurrent;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;

namespace Proxify.SystemTests.Harness;

/// <summary>Chromium without a window, driven over its DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly RunningProcess _process;
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _asked = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private Task _reading = Task.CompletedTask;
    private string? _page;
    private int _number;

    private Browser(RunningProcess process) => _process = process;

    /// <summary>Errors and warnings of the console, exceptions that nobody caught, violations of the content security policy.</summary>
    public IEnumerable<string> Complaints => _complaints;

    /// <summary>Opens a page.</summary>
    public static async Task<Browser> OpenAsync(Lab lab, string url)
    {
        // As root, and in containers, its own sandbox cannot be. What it shows here is ours.
        var browser = new Browser(lab.Start([
            Tool.Require("/usr/lib/chromium/chromium-headless-shell", "chromium-headless-shell"), "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--window-size=1280,900", "--remote-debugging-port=0", $"--user-data-dir={Path.Combine(lab.Directory, "browser")}", "about:blank"]));
        var line = await browser._process.Errors.WaitAsync(static line => line.Contains("DevTools listening on ", StringComparison.Ordinal));
        await browser.ConnectAsync(lab, new Uri(line[line.IndexOf("ws://", StringComparison.Ordinal)..]));
        await browser.GoAsync(url);
        return browser;
    }

    /// <summary>What an expression of JavaScript gives.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        var answer = await SendAsync("Runtime.evaluate", new { expression, awaitPromise = true, returnByValue = true });
        Assert.False(answer.TryGetProperty("exceptionDetails", out var thrown), $"{expression}: {thrown}");
        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    /// <summary>Waits until an expression is true.</summary>
    public Task WaitAsync(string condition) =>
        Patience.Eventually(
            async () => (await EvaluateAsync($"Boolean({condition})")).GetBoolean(), what: $"{condition}; complaints: {string.Join("; ", Complaints)}");

    /// <summary>Waits until the text of what a selector finds has this in it.</summary>
    public Task WaitForTextAsync(string selector, string text) =>
        WaitAsync($"[...document.querySelectorAll({Quoted(selector)})].some(e => e.checkVisibility() && e.innerText.includes({Quoted(text)}))");

    /// <summary>Clicks what a selector finds.</summary>
    public Task ClickAsync(string selector) => EvaluateAsync($"document.querySelector({Quoted(selector)}).click()");

    public async ValueTask DisposeAsync()
    {
        // It ends itself, so that nothing of it is left that writes into the directory.
        if (_socket.State == WebSocketState.Open)
            await SendAsync("Browser.close", new { }, ofPage: false);
        await _process.ExitAsync();
        await _reading;
        _socket.Dispose();
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private async Task ConnectAsync(Lab lab, Uri address)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = lab.Make(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await _socket.ConnectAsync(address, invoker, CancellationToken.None).Within();
        _reading = ReadAsync();
    }

    private async Task GoAsync(string url)
    {
        var target = await SendAsync("Target.createTarget", new { url = "about:blank" }, ofPage: false);
        var session = await SendAsync("Target.attachToTarget", new { targetId = target.GetProperty("targetId").GetString(), flatten = true }, ofPage: false);
        _page = session.GetProperty("sessionId").GetString();
        await SendAsync("Runtime.enable", new { });
        await SendAsync("Log.enable", new { });
        await SendAsync("Page.navigate", new { url });
    }

    private async Task<JsonElement> SendAsync(string method, object parameters, bool ofPage = true)
    {
        var id = Interlocked.Increment(ref _number);
        var answer = _asked[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = ofPage ? JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters, sessionId = _page })
            : JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters });
        await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return await answer.Task.Within(what: method);
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: WebSocketMessageType.Text } part)
            {
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;
                Take(JsonDocument.Parse(message.ToArray()).RootElement);
                message.SetLength(0);
            }
        }
        catch (WebSocketException)
        {
            // It has ended.
        }
    }

    private void Take(JsonElement message)
    {
        if (message.TryGetProperty("id", out var id) && _asked.TryRemove(id.GetInt32(), out var asked))
        {
            if (message.TryGetProperty("result", out var result))
                asked.SetResult(result);
            else
                asked.SetException(new InvalidOperationException(message.ToString()));
        }
        else if (message.TryGetProperty("method", out var method)
            && method.GetString() is "Runtime.consoleAPICalled" or "Runtime.exceptionThrown" or "Log.entryAdded")
        {
            _complaints.Enqueue(message.GetProperty("params").ToString());
        }
    }
}
