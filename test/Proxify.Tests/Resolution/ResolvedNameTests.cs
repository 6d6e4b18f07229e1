using Proxify.Resolution;
using Proxify.Transport;

namespace Proxify.Tests.Resolution;

public sealed class ResolvedNameTests
{
    private readonly ResolvedName _name = new("db.internal");
    private int _told;

    private bool Take(params string[] addresses) => _name.Take(Answers.Of(addresses), _ => _told++);

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
        Assert.Equal("10.0.0.2", _name.Texts().Single());
    }

    [Fact]
    public void An_empty_first_answer_is_an_answer_that_is_told_of_before_anybody_who_waits_for_it_goes_on()
    {
        _name.Take(null, told =>
        {
            _told++;
            Assert.True(_name.HasAnswered);
            Assert.False(_name.FirstAnswer.IsCompleted);
            told.CompleteFirstAnswer();
        });

        Assert.Equal(1, _told);
        Assert.True(_name.FirstAnswer.IsCompleted);
    }

    [Fact]
    public void A_family_without_an_answer_keeps_its_addresses_and_the_other_follows()
    {
        Take("10.0.0.1", "2001:db8::1");

        _name.Take(Answers.Of("10.0.0.2") with { Unanswered = AddressFamilies.IPv6 }, static _ => { });
        Assert.Equal(["10.0.0.2", "2001:db8::1"], _name.Texts());
        _name.Take(Answers.Of("2001:db8::2") with { Unanswered = AddressFamilies.IPv4 }, static _ => { });
        Assert.Equal(["10.0.0.2", "2001:db8::2"], _name.Texts());
        _name.Take(Answers.Of("10.0.0.3"), static _ => { });
        Assert.Equal(["10.0.0.3"], _name.Texts());
    }

    [Fact]
    public void Another_weight_or_priority_of_the_same_endpoint_is_a_change()
    {
        var endpoint = TcpEndpoint.FromIPv4(0x0a000001, 1);
        bool TakeOne(ResolvedAddress address) => _name.Take(new NameAnswer([address], TimeSpan.Zero), static _ => { });

        Assert.True(TakeOne(new(endpoint, 1)));
        Assert.True(TakeOne(new(endpoint, 2)));
        Assert.True(TakeOne(new(endpoint, 2, IsBackup: true)));
        Assert.False(TakeOne(new(endpoint, 2, IsBackup: true)));
    }

    [Fact]
    public void Of_an_endpoint_in_two_priorities_the_first_counts()
    {
        var endpoint = TcpEndpoint.FromIPv4(0x0a000001, 1);

        _name.Take(new NameAnswer([new(endpoint, 5), new(endpoint, 7, IsBackup: true)], TimeSpan.Zero), static _ => { });

        Assert.Equal(["10.0.0.1:1 weight 5"], _name.Texts());
    }
}
