using Proxify.Resolution;

namespace Proxify.Tests.Resolution;

public sealed class ResolvConfTests
{
    private const string LongDomain =
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa." +
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Fact]
    public void Parse_takes_the_first_three_servers_the_last_search_list_and_ndots()
    {
        var conf = ResolvConf.Parse([
            "# nameserver 10.0.0.9", "; a comment", "domain old.example", "nameserver 10.0.0.1", "nameserver nonsense", "nameserver\tfd00::53",
            "nameserver 10.0.0.3", "nameserver 10.0.0.4",
            "search a.example  b.example.", "options rotate ndots:5 timeout:1", "options ndots:99 edns0",
        ]);

        Assert.Equal(["10.0.0.1:53", "[fd00::53]:53", "10.0.0.3:53"], conf.Servers.Select(s => $"{s}"));
        Assert.Equal(["a.example", "b.example"], conf.Search);
        Assert.Equal(15, conf.Dots);
    }

    [Theory]
    [InlineData(1, "db", "db.a.x.", "db.b.", "db.")]
    [InlineData(1, "db.internal", "db.internal.", "db.internal.a.x.", "db.internal.b.")]
    [InlineData(2, "db.internal", "db.internal.a.x.", "db.internal.b.", "db.internal.")]
    [InlineData(0, "db", "db.", "db.a.x.", "db.b.")]
    [InlineData(5, "db.internal.", "db.internal.")]
    public void Candidates_are_the_name_and_what_the_search_list_makes_of_it_in_the_order_of_ndots(int dots, string name, params string[] candidates) =>
        Assert.Equal(candidates, ResolvConf.Parse(["search a.x b", $"options ndots:{dots}"]).Candidates(name));

    [Fact]
    public void Candidates_longer_than_a_name_can_be_are_left_out() =>
        Assert.Equal(["abc."], ResolvConf.Parse([$"search {LongDomain}"]).Candidates("abc"));
}
