using System.Text;
using CsCheck;

namespace Proxify.SystemTests.Admin;

/// <summary>Makes HTTP requests that are more or less wrong, of a number: the same number makes the same ones.</summary>
/// <param name="random">Decides everything.</param>
/// <param name="operations">Of the API's description: methods, and paths that are filled in.</param>
internal sealed class RequestFuzzer(PCG random, IReadOnlyList<(string Method, string Path)> operations)
{
    private static readonly string[] Methods =
        ["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "post", "PROPFIND", "M-SEARCH", "G ET", "", "PRI"];

    private static readonly string[] Hosts =
    [
        "Host: localhost", "Host: [::1]", "Host: xn--", "Host: xn--a.example", "Host:", "Host: 127.0.0.1:99999", "Host: 2130706433", "Host: 127.1",
        "Host: localhost.", "Host: rebound.example", "Host: a:b:c", "Host: [127.0.0.1", "X: y", "Host: 127.0.0.1\r\nHost: 127.0.0.1", "host:127.0.0.1",
    ];

    private static readonly string[] Headers =
    [
        "Origin: null", "Origin:", "Origin: http://127.0.0.1", "Origin: http://other.example", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-origin",
        "Authorization: Bearer", "Authorization: Bearer ", "Authorization: Bearer x", "Authorization: Basic cm9vdDo=", "Authorization: bearer the  token",
        "Authorization: Bearer THE TOKEN", "X-HTTP-Method-Override: POST", "X-Method-Override: DELETE", "X-HTTP-Method: PUT", "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Host: localhost", "X-Original-URL: /v1/reload", "X-Rewrite-URL: /v1/reload", "Forwarded: for=127.0.0.1", "If-Match: *", "If-Match: \"1\"",
        "If-Match: W/\"1\"", "If-Match: \"99999999999999999999\"", "If-Match:", "If-None-Match: *", "Range: bytes=0-1", "Content-Type: application/json",
        "Content-Type: text/plain", "Content-Type: application/json; charset=utf-16", "Content-Type: multipart/form-data", "Content-Encoding: gzip",
        "Expect: 100-continue", "Upgrade: websocket", "Upgrade: h2c", "Connection: upgrade", "Connection: close", "Accept: */*",
        "Accept: application/openmetrics-text", "Cookie: a=b", "TE: trailers",
    ];

    private static readonly string[] Malformed =
    [
        "Content-Length: 0", "Content-Length: 5", "Content-Length: -1", "Content-Length: 18446744073709551616", "Content-Length: 4, 4",
        "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity", "Expect: 200-ok", " Folded: yes",
        "No colon", ": no name",
        "X: \r\n folded", "X:\u0001", "Authorization: Bearer \0the token", "Authorization: Bearer the token\0", "Authorization: Bearer \u00ff",
    ];

    private static readonly string[] Queries =
    [
        "?", "?app=app", "?app=", "?app=app&app=app", "?app=%00", "?app=%ff%fe", "?target=127.0.0.1:1", "?limit=0", "?limit=99999999999999999999",
        "?limit=-1", "?after=x", "?after=9223372036854775807", "?targets=-5", "?targets=1000000", "?within=5m", "?within=-1s", "?id=1",
        "?client=::1", "?&&=&", "?%",
        "?_method=POST", "?token=the+token", "?access_token=the%20token",
    ];

    private static readonly string[] Bodies =
    [
        "", "{}", "null", "[]", "0", "{\"weight\":0}", "{\"weight\":null}", "{\"weight\":1e999}", "{\"weight\":\"0\"}", "{\"weight\":0,\"weight\":1}",
        "{\"level\":\"debug\"}", "{\"level\":7}", "{\"level\":\"\\ud800\"}", "{\"target\":\"127.0.0.1:9\"}", "{\"target\":\"\"}", "{\"target\":{}}",
        "{\"target\":\"127.0.0.1:9\",\"weight\":-1,\"backup\":\"yes\"}", "5\r\nhello\r\n0\r\n\r\n", "ffffffffffffffff\r\n", "0\r\nX: y\r\n\r\n", "-1\r\n\r\n",
    ];

    private static readonly string[] Wrong =
        ["\r", "\n", "\r\n", "\r\n\r\n", "\0", " ", "\t", "%", "%2f", "%00", "%2e%2e%2f", "/", "//", "/../", "?", "#", ":", "\"", ";", "\u00ff",
         "HTTP/1.1", "HTTP/9.9"];

    /// <summary>One or a few requests, as bytes: as a text whose characters are the bytes.</summary>
    public byte[] Next()
    {
        var text = new StringBuilder();
        for (var requests = Below(8) == 0 ? 1 + Below(20) : 1; requests > 0; requests--)
            Append(text);
        for (var edits = Below(3) == 0 ? 1 + Below(6) : 0; edits > 0; edits--)
            Edit(text);
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private void Append(StringBuilder text)
    {
        var (method, path) = operations[Below(operations.Count)];
        text.Append(Below(4) > 0 ? method : Of(Methods)).Append(' ');
        if (Below(10) == 0)
            text.Append(Of(["http://127.0.0.1", "http://localhost", "http://other.example", "http://", "//", "*", "https://127.0.0.1:443"]));
        text.Append(Below(5) > 0 ? path : Encoded(path)).Append(Below(3) > 0 ? "" : Of(Queries)).Append(' ')
            .Append(Below(8) > 0 ? "HTTP/1.1" : Of(["HTTP/1.0", "HTTP/2.0", "HTTP/1.10", "http/1.1", "HTTP/0.9", ""])).Append("\r\n");
        text.Append(Below(8) > 0 ? "Host: 127.0.0.1" : Of(Hosts)).Append("\r\n");
        if (Below(2) == 0)
            text.Append("Content-Type: application/json\r\n");
        for (var headers = Math.Max(0, Below(6) - 2); headers > 0; headers--)
            text.Append(Below(6) > 0 ? Of(Headers) : Of(Malformed)).Append("\r\n");
        if (Below(60) == 0)
            text.Append("X-Long: ").Append('a', 1 << (8 + Below(10))).Append("\r\n");
        if (Below(60) == 0)
            text.Insert(text.Length, "X: y\r\n", 50 + Below(500));
        var body = Of(Bodies);
        if (Below(10) > 0)
            text.Append("Content-Length: ").Append(body.Length).Append("\r\n");
        text.Append("\r\n").Append(body);
    }

    private string Encoded(string path)
    {
        var text = new StringBuilder();
        foreach (var c in path)
            text.Append(Below(4) == 0 ? $"%{(int)c:x2}" : Below(30) == 0 ? Of(Wrong) : $"{c}");
        return text.ToString();
    }

    private void Edit(StringBuilder text)
    {
        var at = Below(text.Length + 1);
        switch (Below(5))
        {
            case 0 when at < text.Length:
                text[at] = (char)Below(256);
                break;
            case 1:
                text.Insert(at, Of(Wrong));
                break;
            case 2:
                text.Remove(at, Math.Min(Below(40), text.Length - at));
                break;
            case 3:
                var from = Below(text.Length + 1);
                text.Insert(at, text.ToString(from, Math.Min(Below(100), text.Length - from)));
                break;
            default:
                text.Length = at;
                break;
        }
    }

    private string Of(string[] some) => some[Below(some.Length)];

    private int Below(int bound) => (int)random.Next((uint)bound);
}
