using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Proxify.Linux;
using Proxify.Transport;

namespace Proxify.Program.Commands;

/// <summary><c>proxify echo</c>: targets to try things with.</summary>
internal static class EchoCommand
{
    public static Command Create()
    {
        var ports = new Argument<int[]>("PORT") { Description = "Ports on 127.0.0.1 and ::1.", Arity = ArgumentArity.OneOrMore };
        ports.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (!int.TryParse(token.Value, out var port) || port is < 1 or > 65535)
                    result.AddError($"\"{token.Value}\" is not a port; expected 1-65535");
            }
        });
        var command = new Command("echo", "Run built-in TCP echo targets until Ctrl-C.") { ports };
        command.SetAction((parsed, _) => ExecuteAsync(parsed.GetValue(ports)!));
        return command;
    }

    private static async Task<int> ExecuteAsync(int[] ports)
    {
        Libc.RaiseOpenFilesLimit();
        using var signals = new Signals();
        await using var transport = Transports.Create(Transports.Auto, TimeProvider.System, workers: 1, out _);
        var listeners = new List<IListener>();
        try
        {
            foreach (var port in ports)
            {
                listeners.Add(transport.Listen(new TcpEndpoint(IPAddress.Loopback, port), new Handler()));
                if (Socket.OSSupportsIPv6)
                    listeners.Add(transport.Listen(new TcpEndpoint(IPAddress.IPv6Loopback, port), new Handler()));
            }
        }
        catch (ListenException e)
        {
            Output.WriteError($"proxify: {e.Message}");
            return ExitCode.CannotStart;
        }

        Output.WriteLine($"echo: listening on {EndpointRanges.Text(listeners.Select(l => l.Endpoint))}");
        await signals.Stop;
        foreach (var listener in listeners)
            await listener.DisposeAsync();
        return ExitCode.Success;
    }

    private sealed class Handler : IConnectionHandler
    {
        public async ValueTask HandleAsync(Connection client)
        {
            var buffer = new byte[16 * 1024];
            while (true)
            {
                var received = await client.ReceiveAsync(buffer);
                if (received.Error != SocketError.Success)
                    return;
                if (received.Bytes == 0)
                    break;
                var sent = await client.SendAsync(buffer.AsMemory(0, received.Bytes));
                if (sent.Error != SocketError.Success)
                    return;
            }

            client.Close();
        }

        public void OnAcceptError(IListener listener, SocketError error, TimeSpan? backoff) =>
            Output.WriteError($"echo: cannot accept on {listener.Endpoint}: {SocketErrors.Describe(error)}");

        public void OnHandlerError(Connection client, Exception exception) => Output.WriteError($"echo: {exception}");
    }
}
