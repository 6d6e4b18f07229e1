namespace Proxify.SystemTests.Admin;

/// <summary>Who may do what.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class AdminAccessTests
{
    private const string Bearer = $"Authorization: Bearer {AdminLab.Token}";

    [Fact]
    public async Task The_socket_is_for_its_user_and_group_and_goes_with_the_proxy()
    {
        await using var lab = await AdminLab.CreateAsync();
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(lab.Socket));

        lab.Proxify.Signal(Posix.SigTerm);
        Assert.Equal(0, await lab.Proxify.ExitAsync());
        Assert.False(File.Exists(lab.Socket));
    }

    [Fact]
    public async Task A_socket_that_a_killed_proxy_has_left_is_taken_and_one_that_answers_is_not()
    {
        await using var lab = await AdminLab.CreateAsync();
        var config = await File.ReadAllTextAsync(lab.Proxify.ConfigPath, TestContext.Current.CancellationToken);
        var beside = lab.Lab.LaunchProxify(config.Replace($"{lab.Port}", $"{lab.Lab.Port()}"));
        Assert.NotEqual(0, await beside.ExitAsync());
        Assert.Contains($"Admin.Socket: {lab.Socket}: another process answers there", beside.Problems.Single());

        lab.Proxify.Signal(Posix.SigKill);
        await lab.Proxify.ExitAsync();
        Assert.True(File.Exists(lab.Socket));
        var next = await lab.Lab.StartProxifyAsync(config);
        await next.WaitForEventAsync("AdminListening");
        (await lab.AskAsync("/v1/status")).Ok();
    }

    [Fact]
    public async Task Another_user_whom_the_mode_lets_in_may_read_and_change_nothing()
    {
        await using var lab = await AdminLab.CreateAsync();
        File.SetUnixFileMode(lab.Lab.Directory, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(lab.Socket, (UnixFileMode)0b110_110_110);

        Assert.Equal("200", await AskAsNobodyAsync("/v1/status", "GET"));
        Assert.Equal("403", await AskAsNobodyAsync("/v1/reload", "POST"));

        async Task<string> AskAsNobodyAsync(string path, string method) => (await lab.Lab.RunAsync([
            Tool.Require("setpriv", "util-linux"), "--reuid", "65534", "--regid", "65534", "--clear-groups", Tool.Require("curl", "curl"),
            "-sS", "-o", "/dev/null", "-X", method, "-w", "%{http_code}", "--unix-socket", lab.Socket, $"http://localhost{path}"])).Succeeded().Output;
    }

    [Fact]
    public async Task Over_loopback_everybody_reads_and_who_has_the_token_changes()
    {
        await using var lab = await AdminLab.CreateAsync();

        (await lab.AskHttpAsync("/v1/status")).Ok();
        Assert.Contains("bearer token", (await lab.AskHttpAsync("/v1/reload", "POST")).Error(403));
        Assert.Contains("token", (await lab.AskHttpAsync("/v1/reload", "POST", null, "Authorization: Bearer other")).Error(401));
        Assert.Contains("token", (await lab.AskHttpAsync("/v1/status", "GET", null, "Authorization: Bearer other")).Error(401));
        (await lab.AskHttpAsync("/v1/reload", "POST", null, Bearer)).Ok();

        File.WriteAllText(lab.TokenFile, "another one");
        Assert.Contains("token", (await lab.AskHttpAsync("/v1/reload", "POST", null, Bearer)).Error(401));
        File.WriteAllText(lab.TokenFile, "");
        Assert.Contains("token", (await lab.AskHttpAsync("/v1/reload", "POST", null, "Authorization: Bearer ")).Error(401));
    }

    [Theory]
    [InlineData("Host: rebound.example", "is not the name of this endpoint")]
    [InlineData("Host: 127.0.0.2", "is not the name of this endpoint")]
    [InlineData("Host: xn--", "is not the name of this endpoint")]
    [InlineData("Origin: http://other.example", "requests from http://other.example are not taken")]
    public async Task A_browser_that_another_page_sends_gets_nothing(string header, string error)
    {
        await using var lab = await AdminLab.CreateAsync();

        Assert.Contains(error, (await lab.AskHttpAsync("/v1/status", "GET", null, header)).Error(403));
        Assert.Contains(error, (await lab.AskHttpAsync("/v1/reload", "POST", null, header, Bearer)).Error(403));
        // ssh may forward a port to the socket.
        Assert.Contains(error, (await lab.AskAsync("/v1/status", "GET", null, header)).Error(403));
        Assert.Contains(error, (await lab.AskAsync("/v1/reload", "POST", null, header)).Error(403));
    }

    [Fact]
    public async Task From_elsewhere_there_are_only_the_dashboards_files_without_the_token()
    {
        var (lab, netns) = await Lab.CreateWithNetnsAsync();
        await using var owned = lab;
        const string Address = "192.0.2.1";
        (await RunningProcess.RunAsync([Tool.Require("ip", "iproute2"), "-n", netns.Name, "address", "add", $"{Address}/32", "dev", "lo"])).Succeeded();
        var (port, target, token) = (lab.Port(), lab.Port(), Path.Combine(lab.Directory, "token"));
        File.WriteAllText(token, AdminLab.Token);
        var admin = $"{{\"Listen\":[\"{Address}:9600\"],\"Token\":\"{token}\",\"Socket\":\"off\"}}";
        var proxify = await lab.StartProxifyAsync($"{Config.Single(port, target)[..^1]},\"Admin\":{admin}}}");
        await proxify.WaitForEventAsync("AdminListening");

        Assert.Equal("200", await AskAsync("/"));
        Assert.Equal("401", await AskAsync("/v1/status"));
        Assert.Equal("401", await AskAsync("/v1/reload", "-X", "POST"));
        Assert.Equal("200", await AskAsync("/v1/status", "-H", Bearer));

        async Task<string> AskAsync(string path, params string[] options) => (await lab.RunAsync([
            Tool.Require("curl", "curl"), "-sS", "-o", "/dev/null", "-w", "%{http_code}", .. options, $"http://{Address}:9600{path}"])).Succeeded().Output;
    }

    [Fact]
    public async Task A_form_of_another_page_changes_nothing_even_with_the_token()
    {
        await using var lab = await AdminLab.CreateAsync();

        Assert.Contains("application/json", (await lab.AskHttpAsync("/v1/log-level", "PUT", null, "Content-Type: text/plain", Bearer)).Error(415));
        Assert.Contains("other sites", (await lab.AskHttpAsync("/v1/reload", "POST", null, "Sec-Fetch-Site: cross-site", Bearer)).Error(403));
    }

    [Theory]
    [InlineData("""{"Listen":["0.0.0.0:9600"]}""", "Admin.Listen[0]: 0.0.0.0:9600 is not loopback, where it needs a Token")]
    [InlineData("""{"Listen":["127.0.0.1:20001"]}""", "Apps[0].Targets[0]: 127.0.0.1:20001 is where proxify is administered (Admin)")]
    public async Task A_config_that_opens_a_door_is_refused(string admin, string error)
    {
        await using var lab = await Lab.CreateAsync();

        var result = await lab.RunAsync([Repository.Binary, "check", "-c", "-"], Config.Single(20_000, 20_001)[..^1] + $",\"Admin\":{admin}}}");

        Assert.Contains(error, result.Errors);
    }
}
