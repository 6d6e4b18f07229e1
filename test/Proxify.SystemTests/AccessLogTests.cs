namespace Proxify.SystemTests;

public sealed class AccessLogTests
{
    [Fact]
    public async Task Json_record_of_a_session_has_every_field()
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port));
        using var client = await lab.ConnectAsync(port);
        using var target = await targets.AcceptAsync();
        await client.SendAsync(29);
        client.Fin();
        await target.ExpectFinAsync();
        await target.SendAsync(31);
        target.Fin();
        await client.ExpectFinAsync();

        var session = await proxy.WaitForSessionAsync(client);

        Assert.Equal("info", session.Level);
        Assert.Equal("app", session.App);
        Assert.Equal(Config.Local(port), session.Text("listen"));
        Assert.Equal(client.Local.ToString(), session.Text("client"));
        Assert.Equal(Config.Local(targets.Port), session.Text("target"));
        Assert.Equal(29, session.Number("from_client"));
        Assert.Equal(31, session.Number("from_target"));
        Assert.Equal(1, session.Number("tries"));
        Assert.Equal("done", session.Reason);
        Assert.Equal("session of app app ended: done", session.Message);
        Assert.InRange(session.Number("connect_ms"), 0, session.Number("duration_ms"));
        Assert.True(DateTimeOffset.TryParse(session.Text("time"), out _));
        Assert.True(session.Number("id") > 0);
        // Every line is one JSON object, whatever it tells.
        Assert.All(proxy.Events, static e => Assert.True(e.Has("time") && e.Has("level") && e.Has("event") && e.Has("id") && e.Message.Length > 0));
    }

    [Fact]
    public async Task Text_record_of_a_session_reads_as_documented()
    {
        await using var lab = await Lab.CreateAsync();
        var echo = await lab.StartEchoAsync();
        var port = lab.Port();
        var proxy = lab.LaunchProxify(Config.Single(port, echo[0]), new() { LogFormat = "text" });
        await proxy.Log.WaitAsync(static line => line.Contains("Started", StringComparison.Ordinal));

        await lab.EchoesAsync(port);

        var line = await proxy.Log.WaitAsync(static line => line.Contains(" session ", StringComparison.Ordinal));
        Assert.Matches(
            $@"^\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}Z info  session app=app listen=127\.0\.0\.1:{port} client=127\.0\.0\.1:\d+ target=127\.0\.0\.1:{echo[0]} " +
            @"connect_ms=\d+\.\d\d duration_ms=\d+\.\d\d from_client=1000 from_target=1000 tries=1 reason=done$",
            line);
    }

    [Fact]
    public async Task Text_that_would_do_something_to_a_terminal_is_shown_instead()
    {
        await using var lab = await Lab.CreateAsync();
        var port = lab.Port();
        var proxy = lab.LaunchProxify(
            $$"""{"Apps":[{"Name":"\u202ea\\\"\u2028b","Ports":[{{port}}],"Targets":["127.0.0.1:{{lab.Port()}}"],"Health":{"Active":false} } ] }""",
            new() { LogFormat = "text" });
        await proxy.Log.WaitAsync(static line => line.Contains("Started", StringComparison.Ordinal));

        await lab.ConnectToEndAsync(port);

        var line = await proxy.Log.WaitAsync(static line => line.Contains(" session ", StringComparison.Ordinal));
        Assert.Contains(""" app="\u202ea\\\"\u2028b" listen=""", line);
        Assert.DoesNotContain(string.Concat(proxy.Log.Lines), static c => char.IsControl(c) || c is '\u202e' or '\u2028');
    }

    [Fact]
    public async Task Message_says_errno_and_nothing_of_what_is_not()
    {
        await using var lab = await Lab.CreateAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, lab.Port()));

        await lab.ConnectToEndAsync(port);

        Assert.EndsWith("the last failed with ECONNREFUSED: connection refused.", (await proxy.WaitForEventAsync("ConnectFailed")).Message);
        Assert.Contains("listening on 1 endpoint for 1 app,", (await proxy.WaitForEventAsync("Started")).Message);
        var down = await proxy.WaitForEventAsync("TargetDown");
        Assert.EndsWith("the connect failed.", down.Message);
        Assert.Equal(0, down.Number("suppressed"));
    }

    [Fact]
    public async Task Sample_0_writes_no_records()
    {
        await using var lab = await Lab.CreateAsync();
        var echo = await lab.StartEchoAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(
            $$$"""{"Apps":[{"Name":"app","Ports":[{{{port}}}],"Targets":["127.0.0.1:{{{echo[0]}}}"]}],"AccessLog":{"Sample":0}}""");

        for (var i = 0; i < 10; i++)
            await lab.EchoesAsync(port);
        proxy.Signal(Posix.SigTerm);

        Assert.Equal(0, await proxy.ExitAsync());
        Assert.Empty(proxy.Sessions);
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("sockets")]
    public async Task A_session_that_goes_on_has_interim_records_with_the_fields_of_its_app(string transport)
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(
            Config.Of(Config.App("app", port, Config.Local(targets.Port))
                .With("AccessLog", new { Interim = "1s", Fields = new[] { "reason", "from_target", "from_client", "app" } })),
            new() { Transport = transport });
        using var client = await lab.ConnectAsync(port);
        using var target = await targets.AcceptAsync();
        await client.SendAsync(29);
        await target.SendAsync(31);
        await client.ReceiveAsync(31);

        var interim = await proxy.WaitForEventAsync("SessionInterim");
        var next = await proxy.WaitForEventAsync("SessionInterim", proxy.LogPosition);
        client.Fin();
        target.Fin();
        var session = await proxy.WaitForEventAsync("Session");

        Assert.All([interim, next], e => Assert.True(e.IsNull("reason")));
        Assert.Equal("session of app app goes on", interim.Message);
        Assert.Equal(["time", "level", "event", "id", "message", "reason", "from_target", "from_client", "app"], interim.Names);
        Assert.Equal(["done", "31", "29", "app"], session.Names.Skip(5).Select(session.Text));
        Assert.Equal([29, 31], [next.Number("from_client"), next.Number("from_target")]);
    }

    [Fact]
    public async Task Payload_never_reaches_the_log()
    {
        const string Secret = "correct-horse-battery-staple";
        await using var lab = await Lab.CreateAsync();
        var echo = await lab.StartEchoAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, echo[0]), new() { Arguments = ["--log-level", "trace"] });

        (await lab.RunAsync([Tool.Require("nc", "netcat-openbsd"), "-N", "127.0.0.1", $"{port}"], Secret)).Succeeded();
        await proxy.WaitForEventAsync("Session");

        Assert.DoesNotContain(Secret, proxy.Log.ToString());
    }
}
