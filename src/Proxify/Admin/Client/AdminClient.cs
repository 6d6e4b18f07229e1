using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Admin.Client;

/// <summary>Talks to a running proxy.</summary>
internal sealed class AdminClient : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="place">The path of its UNIX socket, or <c>http://127.0.0.1:9600</c>.</param>
    /// <param name="token">For TCP; null: none.</param>
    public AdminClient(string place, string? token)
    {
        Place = place;
        if (place.StartsWith("http://", StringComparison.Ordinal))
        {
            _http = new HttpClient { BaseAddress = new Uri(place) };
            if (token is not null)
                _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        else
        {
            var overSocket = new SocketsHttpHandler { ConnectCallback = (_, stop) => ConnectAsync(place, stop) };
            _http = new HttpClient(overSocket) { BaseAddress = new Uri("http://localhost") };
        }

        _http.Timeout = Timeout.InfiniteTimeSpan; // an event may be long in coming; whoever asks says when to stop
    }

    public string Place { get; }

    /// <exception cref="AdminClientException">It is not there, or does not want to.</exception>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken stop) =>
        JsonSerializer.Deserialize(await SendAsync(HttpMethod.Get, path, null, stop), type) ?? throw new AdminClientException("the answer is null");

    /// <summary>The answer as it comes.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<string> SendAsync(HttpMethod method, string path, string? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await TryAsync(async () =>
        {
            using var response = await _http.SendAsync(request, stop);
            var text = await response.Content.ReadAsStringAsync(stop);
            return response.IsSuccessStatusCode ? text : throw new AdminClientException(Error(text) ?? $"{Place}: {(int)response.StatusCode}");
        });
    }

    /// <summary>The data of server-sent events.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async IAsyncEnumerable<string> StreamAsync(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        using var response = await TryAsync(() => _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, stop));
        using var lines = new StreamReader(await TryAsync(() => response.Content.ReadAsStreamAsync(stop)));
        while (await TryAsync(async () => await lines.ReadLineAsync(stop)) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                yield return line["data: ".Length..];
        }
    }

    public void Dispose() => _http.Dispose();

    private static string? Error(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, AdminJson.Api.ErrorAnswer)?.Error;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<T> TryAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new AdminClientException($"{Place}: {(e.InnerException ?? e).Message}");
        }
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            socket.Dispose();
            throw new FileNotFoundException("no such socket", e); // .NET's own words for a path that is not there speak of addresses
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A running proxy is not there, or does not want what it was asked for.</summary>
internal sealed class AdminClientException(string message) : Exception(message);
