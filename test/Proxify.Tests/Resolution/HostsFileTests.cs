using Proxify.Resolution;

namespace Proxify.Tests.Resolution;

public sealed class HostsFileTests
{
    private static readonly HostsFile Hosts = HostsFile.Parse([
        "# 10.0.0.9 commented",
        "127.0.0.1\tlocalhost",
        "::1     localhost ip6-localhost # the same",
        "10.0.0.1 db.internal db",
        "not-an-address db",
        "10.0.0.2 DB.internal",
        "10.0.0.3",
        "",
    ]);

    [Theory]
    [InlineData("localhost", "127.0.0.1", "::1")]
    [InlineData("ip6-localhost", "::1")]
    [InlineData("db.internal", "10.0.0.1", "10.0.0.2")]
    [InlineData("Db.Internal.", "10.0.0.1", "10.0.0.2")]
    [InlineData("db", "10.0.0.1")]
    [InlineData("commented")]
    [InlineData("internal")]
    public void Find_gives_the_addresses_of_all_lines_with_the_name(string name, params string[] addresses) =>
        Assert.Equal(addresses, Hosts.Find(name).Select(a => $"{a}"));
}
