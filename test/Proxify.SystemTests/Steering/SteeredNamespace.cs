using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Proxify.Linux;
using Proxify.Steering;
using Proxify.Tests.Steering;

namespace Proxify.SystemTests.Steering;

/// <summary>A fresh network namespace in which steering is attached and a listener on port 8080 says to every client what address it has reached.</summary>
internal sealed class SteeredNamespace : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
    private readonly Thread _accepting;

    private SteeredNamespace()
    {
        Program = SteeringProgram.Load();
        Program.AttachToOwnNamespace();
        _listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 8080));
        _listener.Listen();
        Program.SetListener(_listener.SafeHandle);
        _accepting = new Thread(Accept);
        _accepting.Start();
    }

    public SteeringProgram Program { get; }

    /// <summary>The id of this namespace's proxy_ports, for bpftool; by name alone other proxies' maps would be found too.</summary>
    public uint PortsMapId => LibBpf.GetInfo(Program.Handles.Ports, out BpfMapInfo info) == 0 ? info.Id : 0;

    public static void Run(Action<SteeredNamespace> test) => FreshNamespace.Run(() =>
    {
        using var steered = new SteeredNamespace();
        test(steered);
    });

    /// <summary>What the listener says on a port, or null if the connection is refused.</summary>
    public static string? Ask(IPAddress address, int port)
    {
        using var client = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            client.Connect(address, port);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return null;
        }

        using var reader = new StreamReader(new NetworkStream(client));
        return reader.ReadToEnd();
    }

    /// <summary>Runs a program in the namespace; its exit code and output.</summary>
    public static (int ExitCode, string Output) Tool(string name, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    public void Dispose()
    {
        // Not by disposing it: an Accept that just begins then may wait for ever.
        _listener.Shutdown(SocketShutdown.Both);
        _accepting.Join();
        _listener.Dispose();
        Program.Dispose();
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                using var client = _listener.Accept();
                client.Send(System.Text.Encoding.ASCII.GetBytes($"{client.LocalEndPoint}"));
                client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (SocketException)
        {
            // The listener is shut down.
        }
    }
}
