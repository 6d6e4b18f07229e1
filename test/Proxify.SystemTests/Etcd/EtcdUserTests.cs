namespace Proxify.SystemTests.Etcd;

/// <summary>etcd with users.</summary>
public sealed class EtcdUserTests
{
    [Fact]
    public async Task Config_is_followed_by_a_user_whose_token_ends()
    {
        await using var world = await WorldAsync();
        var machine = world.Machine(world.Users.Proxify);
        await machine.StartAsync();
        using var sessions = new LongSessions();
        await sessions.OpenAsync(world.Lab, world.Port, world.Target);
        await Patience.Eventually(async () => (await world.Store.KeysAsync("/proxify/machines/")).Length == 1);

        await EtcdUsers.EndTokensAsync(world.Store);
        (await machine.CommandAsync("drain", "--everywhere", "app", $"{world.Target.Endpoint}")).Succeeded();
        Assert.Single(await world.Store.KeysAsync("/proxify/changes/"));
        await world.Etcd.KillAsync();
        await world.Etcd.StartAsync();
        await world.Store.PutAsync("/proxify/apps/other", EtcdFleet.Text(Config.App("other", world.Other, $"{world.Target.Endpoint}")));

        await machine.ServesAsync(world.Other);
        await sessions.LiveAsync();
    }

    [Fact]
    public async Task Wrong_password_is_told_in_one_line()
    {
        await using var world = await WorldAsync();

        var problem = await world.Machine(world.Users.As("proxify", "another")).FailedStartAsync();

        Assert.Contains("authentication failed, invalid user ID or password", problem);
    }

    [Fact]
    public async Task User_who_may_not_read_the_prefix_is_told_so()
    {
        await using var world = await WorldAsync();
        var machine = new Machine(world.Lab, "m1", $"etcd://127.0.0.1:{world.Etcd.Port}/elsewhere", world.Users.Proxify);

        var problem = await machine.FailedStartAsync();

        Assert.Contains("permission denied", problem);
    }

    [Fact]
    public async Task User_who_may_only_read_follows_and_is_told_why_nobody_sees_the_machine()
    {
        await using var world = await WorldAsync();
        var machine = world.Machine(world.Users.Reader);
        await machine.StartAsync();

        await world.Store.PutAsync("/proxify/apps/other", EtcdFleet.Text(Config.App("other", world.Other, $"{world.Target.Endpoint}")));

        await machine.ServesAsync(world.Other);
        var refused = await machine.CommandAsync("drain", "--everywhere", "app", $"{world.Target.Endpoint}");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("permission denied", refused.Errors);
        Assert.Contains("permission denied", (await machine.Proxify.WaitForEventAsync("MachineNotTold")).Message);
    }

    private static async Task<World> WorldAsync()
    {
        var lab = await Lab.CreateAsync();
        var world = new World(lab, await EtcdServer.StartAsync(lab), lab.Listen(), lab.Port(), lab.Port());
        var open = new Etcdctl(lab, $"127.0.0.1:{world.Etcd.Port}");
        await open.PutAsync("/proxify/config", """{ "Admin": { "Socket": "admin.sock" }, "Health": { "Active": false } }""");
        await open.PutAsync("/proxify/apps/app", EtcdFleet.Text(Config.App("app", world.Port, $"{world.Target.Endpoint}")));
        world.Users = await EtcdUsers.AddAsync(lab, open);
        return world;
    }

    private sealed record World(Lab Lab, EtcdServer Etcd, PeerListener Target, int Port, int Other) : IAsyncDisposable
    {
        public EtcdUsers Users { get; set; } = null!;

        public Etcdctl Store { get; } = new(Lab, $"127.0.0.1:{Etcd.Port}", EtcdUsers.Root);

        public Machine Machine(string options) => new(Lab, "m1", $"etcd://127.0.0.1:{Etcd.Port}", options);

        public async ValueTask DisposeAsync()
        {
            Target.Dispose();
            await Lab.DisposeAsync();
        }
    }
}
