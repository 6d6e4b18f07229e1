using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Proxify.Program.Etcd;

/// <summary>
/// Talks to etcd by its JSON gateway (https://etcd.io/docs/v3.5/dev-guide/api_grpc_gateway/), 3.4 and later: HTTP/1.1, which needs no library and no generated
/// code. A request goes to the member that has answered last, and to the others when that one fails. Its files are
/// read again then.
/// </summary>
/// <param name="location">Where it is.</param>
internal sealed class EtcdClient(EtcdLocation location)
{
    private const int LongestError = 500;

    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(2);

    private volatile HttpClient? _http;
    private volatile string? _token;
    private volatile int _member = Random.Shared.Next(location.Members.Count); // many proxies spread themselves

    public Task<RangeAnswer> RangeAsync(RangeRequest request, TimeSpan limit, CancellationToken stop) =>
        AskAsync("kv/range", request, EtcdJson.Default.RangeRequest, EtcdJson.Default.RangeAnswer, limit, stop);

    public Task<PutAnswer> PutAsync(PutRequest request, TimeSpan limit, CancellationToken stop) =>
        AskAsync("kv/put", request, EtcdJson.Default.PutRequest, EtcdJson.Default.PutAnswer, limit, stop);

    public Task<DeleteAnswer> DeleteAsync(byte[] key, TimeSpan limit, CancellationToken stop) =>
        AskAsync("kv/deleterange", new DeleteRequest(key), EtcdJson.Default.DeleteRequest, EtcdJson.Default.DeleteAnswer, limit, stop);

    /// <summary>A lease for so many seconds, of which etcd may make a little more.</summary>
    public async Task<long> GrantAsync(long seconds, TimeSpan limit, CancellationToken stop) =>
        (await AskAsync("lease/grant", new LeaseRequest(seconds), EtcdJson.Default.LeaseRequest, EtcdJson.Default.LeaseAnswer, limit, stop)).ID;

    /// <returns>Whether it still is one.</returns>
    public async Task<bool> KeepAliveAsync(long lease, TimeSpan limit, CancellationToken stop) =>
        (await AskAsync("lease/keepalive", new LeaseKey(lease), EtcdJson.Default.LeaseKey, EtcdJson.Default.StreamLineLeaseAnswer, limit, stop))
        .Result is { TTL: > 0 };

    public Task RevokeAsync(long lease, TimeSpan limit, CancellationToken stop) =>
        AskAsync("lease/revoke", new LeaseKey(lease), EtcdJson.Default.LeaseKey, EtcdJson.Default.LeaseAnswer, limit, stop);

    /// <summary>What changes in a range from a revision on, as long as the member that has answered last is there and has a leader.</summary>
    /// <exception cref="EtcdException">It has come to an end; another member may go on.</exception>
    public async IAsyncEnumerable<WatchAnswer> WatchAsync(WatchCreate create, [EnumeratorCancellation] CancellationToken stop)
    {
        var member = _member;
        using var response = await GuardedAsync(member, () => SendAsync(
            member, "watch", new WatchRequest(create), EtcdJson.Default.WatchRequest, HttpCompletionOption.ResponseHeadersRead, stop));
        using var lines = new LineReader(await response.Content.ReadAsStreamAsync(stop));
        while (await GuardedAsync(member, async () => await lines.ReadAsync(EtcdJson.Default.StreamLineWatchAnswer, stop)) is { } line)
        {
            if (line.Error is { } error)
                throw Failed(member, error);
            if (line.Result is { Canceled: true, CompactRevision: 0 } ended)
                throw Canceled(ended.CancelReason ?? "the watch was ended");
            if (line.Result is { } answer)
                yield return answer;
        }

        throw new EtcdException($"{Host(member)} has ended the watch");
    }

    /// <summary>The member that has answered last does not any more: the next one is asked from now on.</summary>
    public void LeaveMember()
    {
        _http = null; // others may still be asking with it; its connections end when nobody does
        _member = (_member + 1) % location.Members.Count;
    }

    /// <summary>Whom it asks.</summary>
    public string Member => Host(_member);

    private async Task<TAnswer> AskAsync<TRequest, TAnswer>(
        string path, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, TimeSpan limit, CancellationToken stop)
        where TAnswer : class
    {
        for (var tries = 1; ; tries++)
        {
            var member = _member;
            try
            {
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
                timeout.CancelAfter(limit);
                return await GuardedAsync(member, async () =>
                {
                    using var response = await SendAsync(member, path, request, requestType, HttpCompletionOption.ResponseContentRead, timeout.Token);
                    return await JsonSerializer.DeserializeAsync(await response.Content.ReadAsStreamAsync(timeout.Token), answerType, timeout.Token)
                        ?? throw new JsonException("null");
                });
            }
            catch (EtcdException e) when (e.IsPassing && tries < location.Members.Count && !stop.IsCancellationRequested)
            {
                LeaveMember();
            }
        }
    }

    /// <summary>The answer, which is a good one. A token that is not, or not any more, is asked for once.</summary>
    private async Task<HttpResponseMessage> SendAsync<TRequest>(
        int member, string path, TRequest body, JsonTypeInfo<TRequest> type, HttpCompletionOption completion, CancellationToken stop)
    {
        var mayLogIn = location.User is not null;
        if (mayLogIn && _token is null)
        {
            await LogInAsync(member, stop);
            mayLogIn = false;
        }

        while (true)
        {
            var response = await PostAsync(member, path, body, type, completion, stop);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
            {
                var error = await ErrorOfAsync(member, response, stop);
                if (!mayLogIn || error.Code != EtcdException.Unauthenticated)
                    throw error;
            }

            await LogInAsync(member, stop);
            mayLogIn = false;
        }
    }

    private async Task<HttpResponseMessage> PostAsync<TRequest>(
        int member, string path, TRequest body, JsonTypeInfo<TRequest> type, HttpCompletionOption completion, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(location.Members[member], $"/v3/{path}"));
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        // A member that is cut off from the others ends a watch then, and does not keep it silent for ever.
        request.Headers.Add("Grpc-Metadata-hasleader", "true");
        if (_token is { } token)
            request.Headers.TryAddWithoutValidation("Authorization", token);
        return await (_http ??= CreateHttp()).SendAsync(request, completion, stop);
    }

    private HttpClient CreateHttp() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = LongestConnect,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        ConnectCallback = ConnectAsync,
        SslOptions = TlsOptions(),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private async Task LogInAsync(int member, CancellationToken stop)
    {
        _token = null;
        var password = (await File.ReadAllTextAsync(location.Password!, stop)).TrimEnd('\r', '\n');
        var login = new LoginRequest(location.User!, password);
        using var response = await PostAsync(
            member, "auth/authenticate", login, EtcdJson.Default.LoginRequest, HttpCompletionOption.ResponseContentRead, stop);
        if (!response.IsSuccessStatusCode)
            throw await ErrorOfAsync(member, response, stop);
        var answer = await JsonSerializer.DeserializeAsync(await response.Content.ReadAsStreamAsync(stop), EtcdJson.Default.LoginAnswer, stop);
        _token = answer?.Token;
    }

    private async Task<EtcdException> ErrorOfAsync(int member, HttpResponseMessage response, CancellationToken stop)
    {
        var text = await response.Content.ReadAsStringAsync(stop);
        try
        {
            if (JsonSerializer.Deserialize(text, EtcdJson.Default.EtcdError) is { } error)
                return Failed(member, error.Error.ValueKind == JsonValueKind.Object ? error.Error.Deserialize(EtcdJson.Default.EtcdError)! : error);
        }
        catch (JsonException)
        {
        }

        var said = text.Trim();
        return new EtcdException(
            $"{Host(member)}: HTTP {(int)response.StatusCode}: {(said.Length > LongestError ? said[..LongestError] : said)}",
            response.StatusCode == HttpStatusCode.NotFound ? EtcdException.InvalidArgument : EtcdException.Unknown);
    }

    private EtcdException Failed(int member, EtcdError error) =>
        new($"{Host(member)}: {error.Message}", error.Code != 0 ? error.Code : error.GrpcCode != 0 ? error.GrpcCode : EtcdException.Unknown);

    /// <summary>In a stream that ends before it has begun, what is wrong is words alone.</summary>
    private EtcdException Canceled(string reason)
    {
        var isToken = reason.Contains("Unauthenticated", StringComparison.Ordinal);
        if (isToken)
            _token = null;
        return new EtcdException($"{Member}: {reason}",
            reason.Contains("PermissionDenied", StringComparison.Ordinal) ? EtcdException.PermissionDenied
            : isToken ? EtcdException.Unauthenticated : EtcdException.Unavailable);
    }

    /// <summary>Whatever keeps a request from being answered is one kind of failure.</summary>
    private async Task<T> GuardedAsync<T>(int member, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or CryptographicException or UnauthorizedAccessException)
        {
            throw new EtcdException($"{Host(member)}: {Innermost(e).Message}");
        }
        catch (JsonException)
        {
            throw new EtcdException($"{Host(member)}: what it answers is not etcd's JSON");
        }
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException || e.CancellationToken.IsCancellationRequested)
        {
            throw new EtcdException($"{Host(member)}: no answer in time", EtcdException.DeadlineExceeded);
        }
    }

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;

    private string Host(int member) => location.Members[member].Authority;

    /// <summary>A member that has vanished is noticed also while nothing is sent.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 2);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private SslClientAuthenticationOptions TlsOptions()
    {
        var options = new SslClientAuthenticationOptions { CertificateRevocationCheckMode = X509RevocationMode.NoCheck };
        if (location.Authorities is { } authorities)
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(authorities, certificate, chain, errors);
        if (location is { Certificate: { } file, Key: { } key })
            options.ClientCertificateContext = ShownCertificate(file, key);
        return options;
    }

    /// <summary>With what stands behind it in its file: etcd may know the root alone.</summary>
    private static SslStreamCertificateContext ShownCertificate(string file, string key)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(file);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(file, key), [.. all.Skip(1)], offline: true);
    }

    private static bool IsTrusted(string authorities, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 shown || chain is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(authorities);
        return chain.Build(shown);
    }
}
