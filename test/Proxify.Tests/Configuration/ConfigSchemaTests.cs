using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using NJsonSchema;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>config.schema.json, which editors use, says what the reader says.</summary>
public sealed class ConfigSchemaTests
{
    /// <summary>What a schema cannot say: rules across values, and durations' bounds. (Nor can it count an IPv6 address's groups; no document here tries that.)</summary>
    private static readonly string[] BeyondSchema =
        [" is already ", " are already ", "would connect back", "no app is named", "runs backwards", "expected 1ms to", "expected 0s to"];

    private static readonly Task<JsonSchema> Schema = JsonSchema.FromFileAsync(Repository.File("config.schema.json"));

    [Fact]
    public async Task Schema_knows_the_same_keys_as_the_reader()
    {
        var root = await Schema;
        var app = root.Definitions["App"];

        AssertKeys(ConfigKeys.Root, root);
        AssertKeys(ConfigKeys.AccessLog, root.Properties["AccessLog"]);
        AssertKeys(ConfigKeys.App, app);
        AssertKeys(ConfigKeys.Target, root.Definitions["Target"].AnyOf.Single(schema => schema.Properties.Count > 0));
        AssertKeys(ConfigKeys.Timeouts, root.Definitions["Timeouts"]);
        Assert.Same(root.Definitions["Timeouts"], root.Properties["Timeouts"].ActualSchema);
        Assert.Same(root.Definitions["Timeouts"], app.Properties["Timeouts"].ActualSchema);

        static void AssertKeys(IEnumerable<string> keys, JsonSchema schema)
        {
            Assert.Equal(keys.Order(StringComparer.Ordinal), schema.Properties.Keys.Order(StringComparer.Ordinal));
            Assert.False(schema.AllowAdditionalProperties);
        }
    }

    [Fact]
    public async Task Schema_states_the_defaults_that_hold()
    {
        var root = await Schema;
        var timeouts = root.Definitions["Timeouts"].Properties;

        Assert.Equal(Duration.Format(TimeoutsConfig.Defaults.Connect!.Value), timeouts["Connect"].Default);
        Assert.Equal(Duration.Format(TimeoutsConfig.Defaults.Idle!.Value), timeouts["Idle"].Default);
        Assert.Equal(Duration.Format(TimeoutsConfig.Defaults.HalfClose!.Value), timeouts["HalfClose"].Default);
        Assert.Equal(Duration.Format(TimeoutsConfig.Defaults.Drain!.Value), timeouts["Drain"].Default);
        Assert.Equal(new AccessLogConfig().Sample, Convert.ToDouble(root.Properties["AccessLog"].Properties["Sample"].Default));
    }

    [Fact]
    public async Task Schema_accepts_the_shipped_config() => Assert.Empty((await Schema).Validate(await File.ReadAllTextAsync(Repository.File("config.json"))));

    [Fact]
    public async Task Schema_and_reader_agree_on_valid_documents()
    {
        var schema = await Schema;
        ConfigDocuments.Valid.Sample(document => Assert.True(Agree(schema, document, out var isValid) && isValid, document.ToJsonString()), iter: 300);
    }

    [Fact]
    public async Task Schema_and_reader_agree_on_mutated_documents()
    {
        var schema = await Schema;
        ConfigDocuments.Mutated.Sample(document => Assert.True(Agree(schema, document, out _), document.ToJsonString()), iter: 3000);
    }

    private static bool Agree(JsonSchema schema, JsonNode document, out bool isValid)
    {
        var text = document.ToJsonString();
        isValid = schema.Validate(text).Count == 0;
        var errors = ConfigReader.Read(Encoding.UTF8.GetBytes(text)).Errors;
        return isValid == errors.All(error => Array.Exists(BeyondSchema, rule => error.Message.Contains(rule, StringComparison.Ordinal)));
    }
}
