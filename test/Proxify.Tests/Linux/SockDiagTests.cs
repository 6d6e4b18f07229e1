using System.Net;
using System.Net.Sockets;
using Proxify.Linux;

namespace Proxify.Tests.Linux;

public sealed class SockDiagTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::")]
    public void ReadListeners_finds_listening_sockets_and_no_others(string address)
    {
        var local = IPAddress.Parse(address);
        using var listening = Bound(local);
        using var bound = Bound(local);
        listening.Listen();

        var found = new List<ListeningSocket>();
        Assert.Equal(0, SockDiag.ReadListeners(found));

        var socket = Assert.Single(found, s => $"socket:[{s.Inode}]" == Link(listening));
        Assert.Equal((IPEndPoint)listening.LocalEndPoint!, new IPEndPoint(socket.Address, socket.Port));
        Assert.DoesNotContain(found, s => $"socket:[{s.Inode}]" == Link(bound));
    }

    private static string? Link(Socket socket) => new FileInfo($"/proc/self/fd/{socket.Handle}").LinkTarget;

    private static Socket Bound(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }
}
