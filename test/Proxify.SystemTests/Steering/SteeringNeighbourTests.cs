namespace Proxify.SystemTests.Steering;

public sealed class SteeringNeighbourTests
{
    [Fact]
    public async Task Second_proxy_is_told_that_another_one_steers_here_and_the_first_one_is_not()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var first = await lab.StartAsync(Config.Single(5001, 9001));

        var second = await lab.StartAsync(Config.Single(5002, 9001), new() { Arguments = ["-p", "8081"] });

        Assert.Contains("another proxify", (await second.WaitForEventAsync("OtherSteering")).Message);
        Assert.DoesNotContain(first.Events, static e => e.Event == "OtherSteering");
    }
}
