using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>Patterns of whom a certificate is of.</summary>
public sealed class PeerPatternTests
{
    [Theory]
    [InlineData("CN=web-1", true)]
    [InlineData("cn=web-*", true)]
    [InlineData("O=Example, CN=web-1", true)]
    [InlineData("CN=*,O=*", true)]
    [InlineData("OU=a\\,b", true)]
    [InlineData("CN=WEB-1", false)]
    [InlineData("CN=web", false)]
    [InlineData("CN=web-1,O=Other", false)]
    [InlineData("CN=web-1,C=*", false)]
    [InlineData("OU=a", false)]
    public void Subject_has_each_part_of_a_pattern_that_fits(string pattern, bool fits)
    {
        (string, string)[] subject = [("O", "Example"), ("OU", "a,b"), ("OU", "c"), ("CN", "web-1")];

        Assert.Equal(fits, SubjectPattern.TryParse(pattern)!.Fits(subject));
    }

    [Theory]
    [InlineData("")]
    [InlineData("web")]
    [InlineData("CN=")]
    [InlineData("=a")]
    [InlineData("CN=a,")]
    [InlineData("CN=a\\")]
    public void What_names_no_attribute_is_no_pattern_of_a_subject(string text) => Assert.Null(SubjectPattern.TryParse(text));

    [Theory]
    [InlineData("dns:*.clients.test", "one.clients.test", true)]
    [InlineData("dns:*.clients.test", "ONE.Clients.test", true)]
    [InlineData("dns:*.clients.test", "a.b.clients.test", false)]
    [InlineData("uri:spiffe://prod/*", "spiffe://prod/web", true)]
    [InlineData("uri:spiffe://prod/*", "spiffe://prod/web/1", false)]
    [InlineData("uri:spiffe://prod/**", "spiffe://prod/web/1", true)]
    [InlineData("uri:spiffe://prod/**", "spiffe://PROD/web/1", false)]
    [InlineData("email:*@example.com", "a@example.com", true)]
    [InlineData("email:*@example.com", "a@b@example.com", false)]
    [InlineData("email:*", "a@example.com", false)]
    public void Name_fits_to_a_pattern_of_its_kind(string pattern, string name, bool fits)
    {
        var parsed = NamePattern.TryParse(pattern)!;

        Assert.Equal(fits, parsed.Fits(parsed.Kind, name));
        Assert.DoesNotContain(Enum.GetValues<NameKind>(), kind => kind != parsed.Kind && parsed.Fits(kind, name));
    }
}
