using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Proxify.Steering;

namespace Proxify.Tests.Steering;

public sealed class ListenerSearchTests
{
    [Theory]
    [InlineData("-4", "127.0.0.1")]
    [InlineData("-6", "::1")]
    public void Find_names_the_process_that_listens(string family, string address) => FreshNamespace.Run(() =>
    {
        // nc says on standard error when it listens.
        using var nc = Process.Start(new ProcessStartInfo("nc", [family, "-l", "-v", address, "22"]) { RedirectStandardError = true })!;
        try
        {
            nc.StandardError.ReadLine();

            var owner = Assert.Single(ListenerSearch.Find(new HashSet<ushort> { 21, 22 }));

            Assert.Equal($"{new IPEndPoint(IPAddress.Parse(address), 22)} by nc ({nc.Id})", owner.ToString());
            Assert.Empty(ListenerSearch.Find(new HashSet<ushort> { 23 }));
        }
        finally
        {
            nc.Kill();
            nc.WaitForExit();
        }
    });

    [Fact]
    public void Find_leaves_out_our_own_listeners() => FreshNamespace.Run(() =>
    {
        using var own = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        own.Bind(new IPEndPoint(IPAddress.Any, 22));
        own.Listen();

        Assert.Empty(ListenerSearch.Find(new HashSet<ushort> { 22 }));
    });

    [Fact]
    public void Find_takes_no_more_where_there_are_many_connections() => FreshNamespace.Run(() =>
    {
        // A look at /proc/net/tcp, which the kernel fills by walking all of them, takes a line for each.
        var none = AllocatedByLook();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1_000);
        var clients = Enumerable.Range(0, 500).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        try
        {
            clients.ForEach(client => client.Connect(listener.LocalEndPoint!));

            Assert.InRange(AllocatedByLook(), 0, none + 4_096);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    });

    private static long AllocatedByLook()
    {
        ListenerSearch.Find(new HashSet<ushort> { 22 });
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(ListenerSearch.Find(new HashSet<ushort> { 22 }));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
