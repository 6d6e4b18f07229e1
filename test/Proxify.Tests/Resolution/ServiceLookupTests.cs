using Proxify.Resolution;

namespace Proxify.Tests.Resolution;

/// <summary>What is made of SRV records.</summary>
public sealed class ServiceLookupTests : LookupBench
{
    [Fact]
    public async Task A_service_brings_ports_and_weights_and_backups_by_priority()
    {
        Server.HasService("_redis._tcp.internal.", priority: 20, weight: 65535, port: 6390, "c.internal.")
            .HasService("_redis._tcp.internal.", priority: 10, weight: 3, port: 6380, "a.internal.")
            .HasService("_redis._tcp.internal.", priority: 10, weight: 1, port: 6381, "b.internal.")
            .Has("a.internal.", "10.0.0.1").Has("b.internal.", "10.0.0.2", ttl: 20).Has("c.internal.", "10.0.0.3");

        var answer = await AskServiceAsync("_redis._tcp.internal");

        Assert.Equal([("10.0.0.1:6380", 3, false), ("10.0.0.2:6381", 1, false), ("10.0.0.3:6390", 256, true)],
            answer.Addresses.Select(a => ($"{a.Endpoint}", a.Weight, a.IsBackup)));
        Assert.Equal(TimeSpan.FromSeconds(20), answer.Ttl);
    }

    [Fact]
    public async Task A_service_whose_host_cannot_be_asked_for_has_its_other_hosts()
    {
        Write("hosts", "10.0.0.9 b.internal");
        Server.HasService("_redis._tcp.internal.", 10, 1, 6380, "a.internal.").HasService("_redis._tcp.internal.", 10, 1, 6381, "b.internal.")
            .Fails("a.internal.", DnsType.A, DnsType.Aaaa);

        var answer = await AskServiceAsync("_redis._tcp.internal");

        Assert.Equal(["10.0.0.9:6381"], answer.Addresses.Select(a => $"{a.Endpoint}"));
        Assert.Equal(AddressFamilies.Both, answer.Unanswered);
    }

    [Fact]
    public async Task A_service_that_is_decidedly_not_there_has_no_addresses()
    {
        Server.HasService("_redis._tcp.internal.", 0, 0, 0, ".");

        Assert.Empty((await AskServiceAsync("_redis._tcp.internal")).Addresses);
    }

    [Fact]
    public async Task A_services_record_with_port_0_is_left_out_and_told_of()
    {
        Server.HasService("_redis._tcp.internal.", 10, 1, 0, "a.internal.").HasService("_redis._tcp.internal.", 20, 1, 6381, "b.internal.")
            .Has("a.internal.", "10.0.0.1").Has("b.internal.", "10.0.0.2");

        var answer = await AskServiceAsync("_redis._tcp.internal");

        Assert.Equal([("10.0.0.2:6381", false)], answer.Addresses.Select(a => ($"{a.Endpoint}", a.IsBackup)));
        Assert.Equal("the record for a.internal. has port 0, where nobody can be reached", answer.Flaw);
    }
}
