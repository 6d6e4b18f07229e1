using Proxify.Program.Etcd;

namespace Proxify.Tests.Etcd;

public sealed class EtcdLocationTests
{
    [Theory]
    [InlineData("etcd://a/p", "http://a:2379/", "/p/", "etcd://a/p")]
    [InlineData(
        "etcd://10.0.0.1:4001,b:22,[::1],[::2]:9/prod/proxify/", "http://10.0.0.1:4001/ http://b:22/ http://[::1]:2379/ http://[::2]:9/",
        "/prod/proxify/", "etcd://10.0.0.1:4001,b:22,[::1],[::2]:9/prod/proxify/")]
    [InlineData("etcds://a/p?ca=x", "https://a:2379/", "/p/", "etcds://a/p")]
    public void A_place_has_members_and_a_prefix(string text, string members, string prefix, string name)
    {
        var location = EtcdLocation.Parse(text);

        Assert.Equal(members, string.Join(' ', location.Members));
        Assert.Equal((prefix, name), (location.Prefix, location.Name));
    }

    [Fact]
    public void What_stands_behind_it_is_files_and_names()
    {
        var location = EtcdLocation.Parse("etcds://a/p?ca=/ca%20x.pem&cert=c&key=k&user=u&password=/pw&folder=/f&machine=m-1");

        Assert.Equal(("/ca x.pem", "c", "k"), (location.Authorities, location.Certificate, location.Key));
        Assert.Equal(("u", "/pw", "/f", "m-1"), (location.User, location.Password, location.Folder, location.Machine));
        Assert.Equal(Environment.MachineName, EtcdLocation.Parse("etcd://a/p").Machine);
    }

    [Fact]
    public void Each_prefix_has_a_folder_of_its_own()
    {
        string[] prefixes = ["a", "a/b", "a-b", "a%2Fb"];

        Assert.Distinct(prefixes.Select(static prefix => EtcdLocation.Parse($"etcd://h/{prefix}").Folder));
    }

    [Theory]
    [InlineData("etcd://a", "\"etcd://a\" has no prefix of keys; expected one such as etcd://a/proxify")]
    [InlineData("etcd://a/", "has no prefix of keys")]
    [InlineData("etcd:///p", "\"\" is no member of etcd; expected an address or a name, and a port where it is not 2379")]
    [InlineData("etcd://a,,b/p", "\"\" is no member")]
    [InlineData("etcd://a:0/p", "\"a:0\" is no member")]
    [InlineData("etcd://a b/p", "\"a b\" is no member")]
    [InlineData("etcd://a:+7/p", "\"a:+7\" is no member")]
    [InlineData("etcd://::1/p", "\"::1\" is no member")]
    [InlineData("etcd://user@a/p", "\"user@a\" is no member")]
    [InlineData("etcd://a/p//q", "the prefix \"p//q\" is none")]
    [InlineData("etcd://a/p q", "the prefix \"p q\" is none")]
    [InlineData("etcd://a/p?cs=x", "\"cs\" is unknown; expected one of: ca, cert, key, user, password, folder, machine")]
    [InlineData("etcd://a/p?folder=", "folder has no value; expected folder=…")]
    [InlineData("etcd://a/p?folder=a&folder=b", "folder is given twice")]
    [InlineData("etcd://a/p?ca=x", "ca is for TLS; expected etcds:// with it")]
    [InlineData("etcds://a/p?cert=x", "cert and key belong together")]
    [InlineData("etcd://a/p?user=x", "user and password, a file, belong together")]
    [InlineData("etcd://a/p?machine=a/b", "machine: \"a/b\" is no name")]
    public void What_is_none_says_what_was_expected(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => EtcdLocation.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Too_many_members_are_told() =>
        Assert.Equal("17 members; expected at most 16",
            Assert.Throws<FormatException>(() => EtcdLocation.Parse($"etcd://{string.Join(',', Enumerable.Repeat("a", 17))}/p")).Message);
}
