using System.Security.Cryptography;
using System.Text;
using Proxify.Tls;

namespace Proxify.Tests.Tls;

public sealed class TicketSecretsTests
{
    private static readonly byte[] Purpose = [1];

    [Theory]
    [InlineData(80, 1)]
    [InlineData(160, 2)]
    [InlineData(240, 3)] // which could be five of 48
    [InlineData(48, 1)]
    [InlineData(96, 2)]
    public void Secrets_stand_one_after_the_other(int length, int count)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        var size = length / count;

        var keys = TicketSecrets.Parse(content)!.Derive(Purpose);

        Assert.Equal(NameOf(content[..size]), keys.First.Name);
        for (var i = 0; i < count; i++)
            Assert.NotNull(keys.Find(NameOf(content[(i * size)..((i + 1) * size)])));
    }

    [Fact]
    public void Secrets_are_lines_of_base64_as_well()
    {
        byte[][] secrets = [RandomNumberGenerator.GetBytes(80), RandomNumberGenerator.GetBytes(48)];
        var text = $"{Convert.ToBase64String(secrets[0])}\r\n\n{Convert.ToBase64String(secrets[1])}\n";

        var keys = TicketSecrets.Parse(Encoding.ASCII.GetBytes(text))!.Derive(Purpose);

        Assert.Equal(NameOf(secrets[0]), keys.First.Name);
        Assert.NotNull(keys.Find(NameOf(secrets[1])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(79)]
    [InlineData(81)]
    [InlineData(128)]
    [InlineData(16 * 1024 * 1024)]
    public void Other_sizes_are_no_secrets(int length) => Assert.Null(TicketSecrets.Parse(RandomNumberGenerator.GetBytes(length)));

    [Fact]
    public void Lines_of_other_sizes_are_no_secrets() =>
        Assert.Null(TicketSecrets.Parse(Encoding.ASCII.GetBytes(Convert.ToBase64String(new byte[80]) + "\n" + Convert.ToBase64String(new byte[32]))));

    [Fact]
    public void Keys_for_another_purpose_are_other_keys()
    {
        var secrets = TicketSecrets.Random(null);

        Assert.Null(secrets.Derive([2]).Find(secrets.Derive(Purpose).First.Name));
        Assert.NotNull(secrets.Derive(Purpose).Find(secrets.Derive(Purpose).First.Name));
    }

    [Fact]
    public void Random_secret_is_kept_for_one_more()
    {
        var first = TicketSecrets.Random(null);
        var second = TicketSecrets.Random(first);

        Assert.NotNull(second.Derive(Purpose).Find(first.Derive(Purpose).First.Name));
        Assert.Null(TicketSecrets.Random(second).Derive(Purpose).Find(first.Derive(Purpose).First.Name));
    }

    private static byte[] NameOf(byte[] secret) => TicketSecrets.Parse(secret)!.Derive(Purpose).First.Name.ToArray();
}
