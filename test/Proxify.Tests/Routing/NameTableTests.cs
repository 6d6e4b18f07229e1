using System.Text;
using CsCheck;
using Proxify.Routing;

namespace Proxify.Tests.Routing;

public sealed class NameTableTests
{
    private static readonly Gen<string> Name = Gen.String[Gen.Char["ab"], 1, 1].Array[1, 4].Select(labels => string.Join('.', labels));

    private static readonly Gen<string> Pattern = Gen.Select(Name, Gen.Bool, (name, isWildcard) => isWildcard ? $"*.{name}" : name);

    private static readonly Gen<string> Protocol = Gen.Int[0, 2].Select(i => new[] { "h2", "http/1.1", "x" }[i]);

    [Fact]
    public void The_name_itself_comes_before_a_wildcard_and_the_longest_wildcard_first()
    {
        var table = Table(("exact", ["a.b.test"], []), ("long", ["*.b.test"], []), ("short", ["*.test"], []), ("any", [], []));

        Assert.Equal("exact", Find(table, "a.b.test"));
        Assert.Equal("long", Find(table, "c.b.test"));
        Assert.Equal("long", Find(table, "d.c.b.test"));
        Assert.Equal("short", Find(table, "b.test"));
        Assert.Equal("any", Find(table, "test"));
        Assert.Equal("any", Find(table, "xb.testx"));
        Assert.Equal("any", Find(table, null));
    }

    [Fact]
    public void Who_takes_a_protocol_comes_before_who_takes_any_and_the_clients_order_decides()
    {
        var table = Table(("any", ["a.test"], []), ("h2", ["a.test"], ["h2"]), ("h1", ["a.test"], ["http/1.1"]));

        Assert.Equal("h2", Find(table, "a.test", "h2", "http/1.1"));
        Assert.Equal("h1", Find(table, "a.test", "http/1.1", "h2"));
        Assert.Equal("h2", Find(table, "a.test", "\x1a\x1a", "h2"));
        Assert.Equal("any", Find(table, "a.test", "h3"));
        Assert.Equal("any", Find(table, "a.test"));
    }

    [Fact]
    public void A_name_whose_protocols_do_not_fit_goes_to_the_next_who_takes_it()
    {
        var table = Table(("h2", ["a.test"], ["h2"]), ("wild", ["*.test"], ["http/1.1"]), ("pg", [], ["postgresql"]));

        Assert.Equal("wild", Find(table, "a.test", "http/1.1"));
        Assert.Equal("pg", Find(table, "a.test", "postgresql"));
        Assert.Equal("pg", Find(table, null, "postgresql"));
        Assert.Null(Find(table, "a.test", "h3"));
    }

    [Fact]
    public void Whether_it_is_the_name_or_the_protocol_that_nobody_takes_is_told()
    {
        var table = Table(("h2", ["a.test"], ["h2"]));

        Assert.Null(table.Find("a.test", Wire("h3"), out var isKnown));
        Assert.True(isKnown);
        Assert.Null(table.Find("b.test", Wire("h2"), out isKnown));
        Assert.False(isKnown);
        Assert.Null(table.Find(null, [], out isKnown));
        Assert.False(isKnown);
    }

    /// <summary>Whatever the rules: the first that fits of all, ordered by how much they say.</summary>
    [Fact]
    public void The_most_specific_rule_is_found_of_any() => Gen.Select(
        Gen.Select(Pattern.Array[0, 3], Protocol.Array[0, 2]).Array[1, 6], Name.Null(), Protocol.Array[0, 3]).Sample(
        (given, name, protocols) =>
        {
            // Of rules that collide, the first stays.
            var taken = new HashSet<(string, string)>();
            var rules = given.Select((rule, i) => (To: $"{i}", Names: rule.Item1.Distinct().ToArray(), Protocols: rule.Item2.Distinct().ToArray()))
                .Where(rule => ClaimsOf(rule.Names, rule.Protocols).All(claim => !taken.Contains(claim)) && ClaimsOf(rule.Names, rule.Protocols).All(taken.Add))
                .ToArray();

            var best = (from rule in rules
                        from pattern in rule.Names.DefaultIfEmpty("")
                        from protocol in rule.Protocols.DefaultIfEmpty("")
                        where pattern.Length == 0 || pattern == name || (pattern[0] == '*' && name?.EndsWith(pattern[1..], StringComparison.Ordinal) == true)
                        where protocol.Length == 0 || protocols.Contains(protocol)
                        orderby pattern.Length == 0 ? 0 : pattern[0] == '*' ? pattern.Length : int.MaxValue descending,
                            protocol.Length == 0 ? int.MaxValue : Array.IndexOf(protocols, protocol)
                        select rule.To).FirstOrDefault();

            Assert.Equal(best, Find(Table(rules), name, protocols));
        },
        iter: 20_000);

    [Fact]
    public void A_look_up_among_many_names_allocates_nothing()
    {
        var table = Table([.. Enumerable.Range(0, 10_000).Select(i => ($"{i}", new[] { $"n{i}.test", $"*.w{i}.test" }, new[] { "h2", "http/1.1" }))]);
        var protocols = Wire("h3", "http/1.1");

        Assert.Equal("7777", Find(table, "a.b.w7777.test", "h2"));
        Assert.Equal(0, Allocations.Of(() => table.Find("a.b.w7777.test", protocols, out _)));
    }

    private static (string Name, string Protocol)[] ClaimsOf(string[] names, string[] protocols) =>
        [.. from name in names.DefaultIfEmpty("") from protocol in protocols.DefaultIfEmpty("") select (name, protocol)];

    private static NameTable<string> Table(params (string To, string[] Names, string[] Protocols)[] rules) =>
        new(rules.Select(rule => new NameClaim<string>(rule.To, [.. rule.Names], [.. rule.Protocols])));

    private static string? Find(NameTable<string> table, string? name, params string[] protocols) => table.Find(name, Wire(protocols), out _);

    private static byte[] Wire(params string[] protocols) => [.. protocols.SelectMany(p => Encoding.Latin1.GetBytes(p).Prepend((byte)p.Length))];
}
