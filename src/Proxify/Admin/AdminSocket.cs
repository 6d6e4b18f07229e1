using System.Net.Sockets;
using Proxify.Linux;

namespace Proxify.Program.Admin;

/// <summary>The UNIX socket on which a running proxy is reached by those who run it.</summary>
internal static class AdminSocket
{
    private const int Backlog = 64;
    private const UnixFileMode UserAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Where it may be when the config does not say, the best first.</summary>
    /// <param name="configFile">As the command line has it.</param>
    public static IEnumerable<string> Places(string configFile)
    {
        yield return "/run/proxify/admin.sock";
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } folder)
            yield return Path.Combine(folder, "proxify", "admin.sock");
        yield return Path.GetFullPath(configFile) + ".sock";
    }

    /// <summary>Listens at the first place that can be, of those that are given.</summary>
    /// <returns>Null: none can.</returns>
    public static Socket? TryListen(IEnumerable<string> places, out string problem)
    {
        problem = "";
        foreach (var path in places)
        {
            if (TryListen(path, out problem) is { } socket)
                return socket;
        }

        return null;
    }

    private static Socket? TryListen(string path, out string problem)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder))
                Directory.CreateDirectory(folder, UserAndGroup | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
            RemoveDead(path);
            // Before it has a name: nobody finds it with another mode meanwhile. The umask may take rights away, which are given afterwards.
            _ = Libc.SetMode((int)socket.Handle, (int)UserAndGroup);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UserAndGroup);
            socket.Listen(Backlog);
            problem = "";
            return socket;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            socket.Dispose();
            problem = $"{path}: {(e is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } ? "another process answers there" : e.Message)}";
            return null;
        }
    }

    /// <summary>What a process has left behind that is not there any more.</summary>
    private static void RemoveDead(string path)
    {
        if (!Libc.IsSocket(path))
            return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
    }
}
