using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Proxify.Steering;

namespace Proxify.Tests.Steering;

public sealed class PortOwnersTests
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

            var owner = Assert.Single(PortOwners.Find(new HashSet<ushort> { 21, 22 }));

            Assert.Equal($"{new IPEndPoint(IPAddress.Parse(address), 22)} by nc ({nc.Id})", owner.ToString());
            Assert.Empty(PortOwners.Find(new HashSet<ushort> { 23 }));
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

        Assert.Empty(PortOwners.Find(new HashSet<ushort> { 22 }));
    });
}
