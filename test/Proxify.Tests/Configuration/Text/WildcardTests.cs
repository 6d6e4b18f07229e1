using CsCheck;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

public sealed class WildcardTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a", "", false)]
    [InlineData("a.b", "a.b", true)]
    [InlineData("a.b", "a.B", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "abc", true)]
    [InlineData("*", "a.b", false)]
    [InlineData("**", "a.b.c", true)]
    [InlineData("*.b", "a.b", true)]
    [InlineData("*.b", ".b", true)]
    [InlineData("*.b", "x.a.b", false)]
    [InlineData("**.b", "x.a.b", true)]
    [InlineData("a*c", "abbc", true)]
    [InlineData("a*c", "abcbc", true)]
    [InlineData("a*c*e", "abcde", true)]
    [InlineData("a*c*e", "abcd", false)]
    [InlineData("**a*b", "xa.ab", true)]
    [InlineData("**a*b", "xa.b", false)]
    [InlineData("a.**.z", "a.b.c.z", true)]
    [InlineData("a.**.z", "a.z", false)]
    [InlineData("***", "a.b", true)]
    public void Pattern_fits_or_not(string pattern, string text, bool fits) => Assert.Equal(fits, Wildcard.Fits(pattern, text, '.', StringComparison.Ordinal));

    [Fact]
    public void Without_a_separator_one_star_is_as_good_as_two() => Assert.True(Wildcard.Fits("*.b", "x.a.b", null, StringComparison.Ordinal));

    [Fact]
    public void Case_is_looked_at_where_it_counts() => Assert.True(Wildcard.Fits("*.TEST", "a.test", '.', StringComparison.OrdinalIgnoreCase));

    /// <summary>What each star stands for is said by a plain search through all possibilities.</summary>
    [Fact]
    public void Pattern_fits_as_a_search_through_all_possibilities_says()
    {
        var letters = Gen.Char["ab.*"];
        Gen.Select(Gen.String[letters, 0, 8], Gen.String[Gen.Char["ab."], 0, 8]).Sample(
            (pattern, text) => Assert.Equal(Search(pattern, text), Wildcard.Fits(pattern, text, '.', StringComparison.Ordinal)), iter: Cases.Of(20_000));

        static bool Search(string pattern, string text)
        {
            if (pattern.Length == 0)
                return text.Length == 0;
            if (pattern[0] != '*')
                return text.Length > 0 && text[0] == pattern[0] && Search(pattern[1..], text[1..]);
            var isAny = pattern.StartsWith("**", StringComparison.Ordinal);
            var rest = pattern[(isAny ? 2 : 1)..];
            return Enumerable.Range(0, text.Length + 1).Any(length => (isAny || !text[..length].Contains('.')) && Search(rest, text[length..]));
        }
    }
}
