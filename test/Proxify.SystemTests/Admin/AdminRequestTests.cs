namespace Proxify.SystemTests.Admin;

/// <summary>What is not quite what was meant is refused: it might end more sessions than its sender thinks.</summary>
public sealed class AdminRequestTests
{
    [Theory]
    [InlineData("app=app&target=", "target: expected one value, found none")]
    [InlineData("app=app&target=a:1&target=b:1", "target: expected one value, found 2")]
    [InlineData("app=app&traget=a:1", "\"traget\" is no parameter of /v1/sessions; expected: app, target, client, id")]
    [InlineData("app=app&Target=a:1", "\"Target\" is no parameter of /v1/sessions; expected: app, target, client, id")]
    [InlineData("", "which sessions?")]
    public async Task Sessions_are_ended_only_by_filters_that_are_understood(string query, string error)
    {
        await using var lab = await AdminLab.CreateAsync();
        using var live = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);

        Assert.Contains(error, (await lab.AskAsync($"/v1/sessions?{query}", "DELETE")).Error(400));

        await live.SendAsync(1);
        await live.ReceiveAsync(1);
    }

    [Theory]
    [InlineData("POST", "/v1/apps/app/pause")]
    [InlineData("POST", "/v1/reload")]
    [InlineData("DELETE", "/v1/sessions?app=app")]
    [InlineData("PUT", "/v1/log-level")]
    public async Task A_change_for_another_generation_is_refused(string method, string path)
    {
        await using var lab = await AdminLab.CreateAsync();
        var body = path.EndsWith("level", StringComparison.Ordinal) ? """{"level":"warn"}""" : null;
        var now = (await lab.AskAsync("/v1/status")).Ok().GetProperty("generation").GetInt64();

        Assert.Contains("look again", (await lab.AskAsync(path, method, body, $"If-Match: \"{now + 1}\"")).Error(412));
        Assert.Contains("is no ETag", (await lab.AskAsync(path, method, body, "If-Match: \"x\"")).Error(412));
        Assert.Contains("is no ETag", (await lab.AskAsync(path, method, body, $"If-Match: \"{now}\"", $"If-Match: \"{now + 1}\"")).Error(412));
        (await lab.AskAsync(path, method, body, $"If-Match: \"{now}\"")).Ok();
    }

    [Theory]
    [InlineData("/v1/apps//targets/a:1/drain", 404)]
    [InlineData("/v1/apps/app/targets//drain", 404)]
    [InlineData("/v1/reload/", 404)]
    [InlineData("//v1/reload", 404)]
    [InlineData("/v1/../v1/reload", 404)]
    public async Task A_path_with_a_hole_is_none(string path, int status)
    {
        await using var lab = await AdminLab.CreateAsync();

        var result = await lab.Lab.RunAsync([
            Tool.Require("curl", "curl"), "-sS", "--path-as-is", "-X", "POST", "-o", "/dev/null", "-w", "%{http_code}", "--unix-socket", lab.Socket,
            $"http://localhost{path}"]);

        Assert.Equal($"{status}", result.Succeeded().Output);
    }

    [Theory]
    [InlineData("PUT", "/v1/apps/app/ports/%20{0}", "is no port; expected 1-65535")]
    [InlineData("PUT", "/v1/apps/app/ports/+{0}", "is no port; expected 1-65535")]
    public async Task A_port_is_a_number_and_nothing_else(string method, string path, string error)
    {
        await using var lab = await AdminLab.CreateAsync();

        Assert.Contains(error, (await lab.AskAsync(path.Replace("{0}", $"{lab.Lab.Port()}"), method)).Error(400));
    }

    [Theory]
    [InlineData("/v1/events/stream?after=x")]
    [InlineData("/v1/events?after=-1")]
    [InlineData("/metrics?targets=x")]
    public async Task What_is_wrong_with_a_parameter_is_said_before_an_answer_begins(string path)
    {
        await using var lab = await AdminLab.CreateAsync();

        Assert.Contains("expected a number", (await lab.AskAsync(path)).Error(400));
    }

    [Fact]
    public async Task A_property_that_is_there_twice_is_refused()
    {
        await using var lab = await AdminLab.CreateAsync();

        Assert.Contains("$.weight", (await lab.AskAsync($"{lab.TargetPath(0)}/weight", "PUT", """{"weight":1,"weight":0}""")).Error(400));
    }

    [Fact]
    public async Task A_proxys_request_with_a_whole_URL_is_answered()
    {
        await using var lab = await AdminLab.CreateAsync();

        var result = await lab.Lab.RunAsync([
            Tool.Require("curl", "curl"), "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--proxy", $"http://127.0.0.1:{lab.Http}", "--noproxy", "",
            $"http://127.0.0.1:{lab.Http}/v1/status"]);

        Assert.Equal("200", result.Succeeded().Output);
    }
}
