using System.Text.Json.Nodes;
using NJsonSchema;
using Proxify.SystemTests.Upgrade;

namespace Proxify.SystemTests.Admin;

/// <summary>The published description is that of the server.</summary>
public sealed class OpenApiTests
{
    private static readonly string Published = Path.Combine(Repository.Root, "docs/openapi.json");

    [Fact]
    public async Task Docs_have_what_the_server_says_of_itself()
    {
        await using var lab = await AdminLab.CreateAsync();
        var text = (await lab.AskAsync("/v1/openapi.json")).Text + "\n";
        if (Environment.GetEnvironmentVariable("PROXIFY_WRITE_REFERENCE") == "1")
            await File.WriteAllTextAsync(Published, text, TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllTextAsync(Published, TestContext.Current.CancellationToken), text);
    }

    [Fact]
    public async Task Answers_are_as_described_and_have_nothing_else()
    {
        await using var lab = await AdminLab.CreateAsync();
        await using var family = new Family(lab.Proxify);
        using var client = await lab.Lab.ConnectAsync(lab.Port);
        (await lab.AskAsync($"{lab.TargetPath(0)}/drain", "POST")).Ok();
        var paths = JsonNode.Parse((await lab.AskAsync("/v1/openapi.json")).Text)!["paths"]!.AsObject();
        var asked = 0;

        foreach (var (path, methods) in paths.OrderBy(static path => path.Key == "/v1/upgrade")) // with which this process ends
        {
            foreach (var (method, operation) in methods!.AsObject())
            {
                if (operation!["responses"]!["200"]!["content"]?["application/json"]?["schema"] is not { } schema)
                    continue;
                var body = operation["requestBody"] is null ? null : Bodies[path];
                var answer = await lab.AskAsync(Filled(path), method.ToUpperInvariant(), body);
                if (answer.Status == 200)
                    asked++;
                var described = answer.Status == 200 ? schema : operation["responses"]!["default"]!["content"]!["application/json"]!["schema"]!;
                Assert.Empty((await JsonSchema.FromJsonAsync(Strict(described))).Validate(answer.Text));
            }
        }

        Assert.InRange(asked, 15, 100);

        string Filled(string path) => path switch
        {
            "/v1/sessions" => $"{path}?app=app",
            _ => path.Replace("{app}", "app").Replace("{target}", Config.Local(lab.Targets[1])).Replace("{port}", $"{lab.Lab.Port()}"),
        };
    }

    private static Dictionary<string, string> Bodies { get; } = new(StringComparer.Ordinal)
    {
        ["/v1/apps/{app}/targets/{target}/weight"] = """{"weight":3}""",
        ["/v1/apps/{app}/targets"] = """{"target":"127.0.0.1:9"}""",
        ["/v1/log-level"] = """{"level":"debug"}""",
    };

    /// <summary>Of draft 7, which the validator knows; and what is not described is not there.</summary>
    private static string Strict(JsonNode schema)
    {
        var strict = schema.DeepClone();
        Close(strict);
        return strict.ToJsonString();

        static void Close(JsonNode? node)
        {
            if (node is JsonObject { } type)
            {
                if (type.ContainsKey("properties"))
                    type["additionalProperties"] = false;
                foreach (var (_, value) in type.ToList())
                    Close(value);
            }
            else if (node is JsonArray items)
            {
                foreach (var item in items)
                    Close(item);
            }
        }
    }
}
