using System.Net;
using Proxify.Resolution;
using Proxify.Transport;

namespace Proxify.Tests.Resolution;

public sealed class ResolvedNameTests
{
    private readonly ResolvedName _name = new("db.internal");
    private int _told;

    private bool Take(params string[] addresses) => _name.Take(addresses.Select(a => new ResolvedAddress(new TcpEndpoint(IPAddress.Parse(a), 0))), () => _told++);

    [Fact]
    public void The_same_addresses_in_another_order_are_no_change()
    {
        Assert.True(Take("10.0.0.2", "10.0.0.1", "2001:db8::1"));
        Assert.False(Take("2001:db8::1", "10.0.0.1", "10.0.0.2", "10.0.0.1"));
        Assert.Equal(1, _told);
        Assert.Equal(3, _name.Current.Length);
    }

    [Fact]
    public void An_empty_answer_keeps_the_last_good_one()
    {
        Take("10.0.0.1");

        Assert.False(Take());
        Assert.Single(_name.Current);
        Assert.True(Take("10.0.0.2"));
        Assert.Equal("10.0.0.2", $"{_name.Current.Single().Endpoint.ToIPAddress()}");
    }

    [Fact]
    public void An_empty_first_answer_is_an_answer_that_is_told_of_before_anybody_who_waits_for_it_goes_on()
    {
        _name.Take([], () =>
        {
            _told++;
            Assert.True(_name.HasAnswered);
            Assert.False(_name.FirstAnswer.IsCompleted);
        });

        Assert.Equal(1, _told);
        Assert.True(_name.FirstAnswer.IsCompleted);
    }
}
