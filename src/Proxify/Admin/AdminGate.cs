using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Proxify.Configuration;

namespace Proxify.Program.Admin;

/// <summary>
/// Who may do what. Over the UNIX socket: whoever the file's mode lets in may read; root, the user that the proxy runs as and the socket's group may change.
/// Over TCP: from loopback everybody may read, elsewhere whoever has the token; only who has the token may change. A browser that another page sends here, be
/// it by a name that leads here (DNS rebinding), has neither, nor over the UNIX socket, to which ssh may forward a port.
/// </summary>
/// <param name="config">What the config says.</param>
/// <param name="folder">What relative paths are relative to.</param>
/// <param name="socketGroup">Of the UNIX socket.</param>
internal sealed class AdminGate(AdminConfig config, string folder, uint socketGroup)
{
    private const int LongestToken = 4096;
    private const int SolSocket = 1;
    private const int PeerCredentials = 17; // SO_PEERCRED, socket(7): struct ucred { pid, uid, gid }

    /// <param name="context">A request.</param>
    /// <exception cref="AdminException">It is not for this endpoint, or shows a token that is not the one.</exception>
    /// <exception cref="IOException">Who asks has gone meanwhile.</exception>
    public AdminRights RightsOf(HttpContext context)
    {
        try
        {
            return Judge(context);
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private AdminRights Judge(HttpContext context)
    {
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
            throw AdminException.Forbidden("it is not known who asks");
        // As it came: HttpRequest.Host decodes international names, and throws where one is malformed.
        var host = context.Request.Headers.Host.ToString();
        if (!IsOwnName(new HostString(host), socket))
            throw AdminException.Forbidden($"\"{host}\" is not the name of this endpoint; expected its address, or localhost");
        if (context.Request.Headers.Origin.FirstOrDefault(origin => origin != $"http://{host}") is { } other)
            throw AdminException.Forbidden($"requests from {other} are not taken");
        if (socket.AddressFamily == AddressFamily.Unix)
            return MayChange(socket) ? AdminRights.Change : AdminRights.Read;
        if (HasToken(context.Request))
            return AdminRights.Change;
        if (context.Request.Headers.Authorization.Count > 0)
            throw AdminException.Unauthorized("the token is not the one in Admin.Token");
        return IPAddress.IsLoopback(context.Connection.RemoteIpAddress ?? IPAddress.None) ? AdminRights.Read : AdminRights.None;
    }

    private bool MayChange(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[12];
        if (socket.GetRawSocketOption(SolSocket, PeerCredentials, credentials) != credentials.Length)
            return false;
        var (user, group) = (BitConverter.ToUInt32(credentials[4..]), BitConverter.ToUInt32(credentials[8..]));
        return user == 0 || user == Linux.Libc.EffectiveUser || group == socketGroup;
    }

    /// <summary>The endpoint's own address as a name, or localhost there and on the UNIX socket: nothing that somebody's DNS could say.</summary>
    private static bool IsOwnName(HostString host, Socket socket)
    {
        var own = socket.LocalEndPoint is IPEndPoint local ? Plain(local.Address) : IPAddress.Loopback;
        var name = host.Host.Trim('[', ']');
        return IPAddress.TryParse(name, out var address) ? Plain(address).Equals(own)
            : IPAddress.IsLoopback(own) && name.Equals("localhost", StringComparison.OrdinalIgnoreCase);
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private bool HasToken(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        if (config.Token is not { } file || request.Headers.Authorization is not [{ } given] || !given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        try
        {
            // Read each time: it may be replaced at any time, and few ask.
            var path = Path.GetFullPath(file, folder);
            if (new FileInfo(path).Length > LongestToken)
                return false;
            var token = File.ReadAllBytes(path).AsSpan().Trim("\r\n \t"u8);
            // Of hashes, so that nothing is told of the length either.
            var shown = Encoding.UTF8.GetBytes(given[Scheme.Length..].Trim());
            return token.Length > 0 && CryptographicOperations.FixedTimeEquals(SHA256.HashData(token), SHA256.HashData(shown));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
