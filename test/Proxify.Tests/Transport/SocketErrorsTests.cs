using System.Net.Sockets;
using System.Reflection;
using Proxify.Linux;
using Proxify.Transport;

namespace Proxify.Tests.Transport;

public sealed class SocketErrorsTests
{
    [Theory]
    [InlineData(SocketError.TooManyOpenSockets, "EMFILE: too many open files; raise \"ulimit -n\" (LimitNOFILE in a unit)")]
    [InlineData(SocketError.ConnectionRefused, "ECONNREFUSED: connection refused")]
    [InlineData(SocketError.NoBufferSpaceAvailable, "ENOBUFS: no buffer space available")]
    public void Describe_says_errno_its_meaning_and_what_to_do(SocketError error, string expected) => Assert.Equal(expected, SocketErrors.Describe(error));

    [Fact]
    public void Describe_of_an_address_that_is_not_available_names_the_range_of_local_ports() =>
        Assert.Contains("net.ipv4.ip_local_port_range", SocketErrors.Describe(SocketError.AddressNotAvailable));

    [Fact]
    public void Every_errno_that_is_told_apart_has_its_name()
    {
        foreach (var field in typeof(Errno).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.Name != nameof(Errno.Highest)))
        {
            var errno = (int)field.GetRawConstantValue()!;

            Assert.Matches("^E[A-Z0-9]+: [a-z.A-Z]", Errno.Describe(errno));
            if (SocketErrors.FromErrno(errno) is not SocketError.SocketError and var error)
                Assert.Matches("^E[A-Z0-9]+: ", SocketErrors.Describe(error));
        }
    }

    [Fact]
    public void Describe_of_an_unknown_errno_has_its_number() => Assert.StartsWith("errno 3000: ", Errno.Describe(-3000));
}
