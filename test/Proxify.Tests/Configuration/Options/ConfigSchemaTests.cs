using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using NJsonSchema;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>config.schema.json, which editors use, says what the reader says.</summary>
public sealed class ConfigSchemaTests
{
    /// <summary>
    /// What a schema cannot say: rules across values, and durations' bounds. (Nor can it count an IPv6 address's groups; no document here tries that.)
    /// </summary>
    private static readonly string[] BeyondSchema =
        [" is already ", " are already ", "would connect back", "no app is named", "runs backwards", "expected 1ms to", "expected 0s to",
         "every target ", "bits set after its prefix", "IPv4 in the form of IPv6", "expected 100ms to", "expected 1s to", "is longer than MaxTtl",
         "expected 50ms to", "is shorter than the first", "expected at most 4,096 bytes", "has no port of its own", "leads from port"];

    private static readonly Task<JsonSchema> Schema = JsonSchema.FromFileAsync(Repository.File("config.schema.json"));

    [Fact]
    public async Task Schema_knows_the_same_keys_as_the_reader()
    {
        var root = await Schema;
        var app = root.Definitions["App"];

        AssertKeys(ConfigKeys.Root, root);
        AssertKeys(ConfigKeys.AccessLog, root.Properties["AccessLog"]);
        AssertKeys(ConfigKeys.Resolver, root.Properties["Resolver"]);
        AssertKeys(ConfigKeys.App, app);
        AssertKeys(ConfigKeys.Target, root.Definitions["Target"].AnyOf.Single(schema => schema.Properties.Count > 0));
        AssertKeys(ConfigKeys.Timeouts, root.Definitions["Timeouts"]);
        AssertKeys(ConfigKeys.Health, root.Definitions["Health"]);
        Assert.Same(root.Definitions["Health"], root.Properties["Health"].ActualSchema);
        Assert.Same(root.Definitions["Health"], app.Properties["Health"].ActualSchema);
        AssertKeys(ConfigKeys.Sources, root.Definitions["Sources"]);
        AssertKeys(ConfigKeys.ProxyLimits, root.Definitions["Limits"]);
        AssertKeys(ConfigKeys.AppLimits, root.Definitions["AppLimits"]);
        AssertKeys(ConfigKeys.SourcePrefix, root.Definitions["SourcePrefix"]);
        Assert.Same(root.Definitions["Limits"], root.Properties["Limits"].ActualSchema);
        Assert.Same(root.Definitions["AppLimits"], app.Properties["Limits"].ActualSchema);
        Assert.Same(root.Definitions["Sources"], root.Properties["Sources"].ActualSchema);
        Assert.Same(root.Definitions["Sources"], app.Properties["Sources"].ActualSchema);
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
        Assert.Equal(Duration.Format(TimeoutsConfig.Defaults.KeepAlive!.Value), timeouts["KeepAlive"].Default);
        Assert.Equal(Duration.Format(TimeoutsConfig.Defaults.KeepAliveInterval!.Value), timeouts["KeepAliveInterval"].Default);
        Assert.Equal(Duration.Format(TimeoutsConfig.Defaults.Unacknowledged!.Value), timeouts["Unacknowledged"].Default);
        AssertHealthDefaults(root.Definitions["Health"].Properties);
        Assert.Equal(BalancingWords.All[(int)new AppConfig { Name = "a", Ports = [], Targets = [] }.Balancing],
            root.Definitions["App"].Properties["Balancing"].Default);
        Assert.Equal(Duration.Format(new AppConfig { Name = "a", Ports = [], Targets = [] }.SlowStart),
            root.Definitions["App"].Properties["SlowStart"].Default);
        Assert.Equal(BalancingWords.All, root.Definitions["App"].Properties["Balancing"].Enumeration);
        Assert.Equal(false, root.Definitions["Target"].AnyOf.Single(schema => schema.Properties.Count > 0).Properties["Backup"].Default);
        Assert.Equal(false, root.Definitions["App"].Properties["AllowTakeover"].Default);
        Assert.Equal(ResolverRules.Families, root.Properties["Resolver"].Properties["Family"].Enumeration);
        Assert.Equal(ResolverRules.Families[(int)new ResolverConfig().Family], root.Properties["Resolver"].Properties["Family"].Default);
        Assert.Equal(false, root.Definitions["App"].Properties["AbortOnClose"].Default);
        Assert.Equal(Duration.Format(ResolverConfig.DefaultMinTtl), root.Properties["Resolver"].Properties["MinTtl"].Default);
        Assert.Equal(Duration.Format(ResolverConfig.DefaultMaxTtl), root.Properties["Resolver"].Properties["MaxTtl"].Default);
        var limits = root.Definitions["AppLimits"].Properties;
        Assert.Equal(new AppLimitsConfig().Queue, Convert.ToInt32(limits["Queue"].Default));
        Assert.Equal(Duration.Format(new AppLimitsConfig().QueueTimeout), limits["QueueTimeout"].Default);
        Assert.Equal(SourcePrefixConfig.Defaults.IPv4, Convert.ToInt32(root.Definitions["SourcePrefix"].Properties["IPv4"].Default));
        Assert.Equal(SourcePrefixConfig.Defaults.IPv6, Convert.ToInt32(root.Definitions["SourcePrefix"].Properties["IPv6"].Default));
        Assert.Equal(new AccessLogConfig().Sample, Convert.ToDouble(root.Properties["AccessLog"].Properties["Sample"].Default));
    }

    private static void AssertHealthDefaults(IDictionary<string, JsonSchemaProperty> health)
    {
        var defaults = HealthConfig.Defaults;
        foreach (var key in ConfigKeys.Health)
        {
            var value = typeof(HealthConfig).GetProperty(key)!.GetValue(defaults);
            object? expected = value switch
            {
                TimeSpan time => Duration.Format(time),
                CheckType type => HealthWords.Types[(int)type],
                SessionsFate fate => HealthWords.Fates[(int)fate],
                int or double => Convert.ToDouble(value),
                _ => value,
            };
            Assert.Equal(expected, expected is double ? Convert.ToDouble(health[key].Default) : health[key].Default);
        }
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
        ConfigDocuments.Mutated.Sample(document => Assert.True(Agree(schema, document, out _), document.ToJsonString()), iter: Cases.Of(3000));
    }

    [Theory]
    [InlineData("Apps", 0, "Name")]
    [InlineData("Apps", 0, "Ports", 0)]
    [InlineData("Apps", 0, "Targets", 0)]
    [InlineData("Apps", 0, "Targets", 1, "Address")]
    [InlineData("Apps", 0, "Targets", 1, "Weight")]
    [InlineData("Apps", 0, "Targets", 1, "Backup")]
    [InlineData("Apps", 0, "Balancing")]
    [InlineData("Apps", 0, "SlowStart")]
    [InlineData("Apps", 0, "Bind", 0)]
    [InlineData("Apps", 0, "Sources", "Deny", 0)]
    [InlineData("Apps", 0, "AllowTakeover")]
    [InlineData("Apps", 0, "AbortOnClose")]
    [InlineData("Apps", 0, "Timeouts", "Drain")]
    [InlineData("Apps", 0, "Limits", "SessionsPerTarget")]
    [InlineData("Apps", 0, "Limits", "Queue")]
    [InlineData("Apps", 0, "Limits", "QueueTimeout")]
    [InlineData("Limits", "Sessions")]
    [InlineData("Limits", "Rate")]
    [InlineData("Limits", "Burst")]
    [InlineData("Limits", "SourcePrefix", "IPv6")]
    [InlineData("Apps", 0, "Health", "Active")]
    [InlineData("Apps", 0, "Health", "Type")]
    [InlineData("Apps", 0, "Health", "Send")]
    [InlineData("Apps", 0, "Health", "Address")]
    [InlineData("Apps", 0, "Health", "Rise")]
    [InlineData("Apps", 0, "Health", "FailureRate")]
    [InlineData("Apps", 0, "Health", "OnDown")]
    [InlineData("Health", "Interval")]
    [InlineData("Health", "EjectMax")]
    [InlineData("Health", "FirstByte")]
    [InlineData("Health", "EarlyClose")]
    [InlineData("Sources", "Allow", 0)]
    [InlineData("Timeouts", "Connect")]
    [InlineData("Timeouts", "Idle")]
    [InlineData("Timeouts", "HalfClose")]
    [InlineData("Timeouts", "KeepAlive")]
    [InlineData("Timeouts", "KeepAliveInterval")]
    [InlineData("Timeouts", "Unacknowledged")]
    [InlineData("Resolver", "Servers", 0)]
    [InlineData("Resolver", "Family")]
    [InlineData("Resolver", "MinTtl")]
    [InlineData("Resolver", "MaxTtl")]
    [InlineData("AccessLog", "Sample")]
    [InlineData("DefaultApp")]
    public async Task Schema_and_reader_agree_on_every_text_in_one_place(params object[] place)
    {
        var schema = await Schema;
        var document = JsonNode.Parse("""
            {
              "Apps": [
                {
                  "Name": "a",
                  "Ports": [5001],
                  "Targets": ["10.0.0.1:1", { "Address": "10.0.0.1:2", "Weight": 1, "Backup": true }],
                  "Balancing": "first",
                  "SlowStart": "30s",
                  "Bind": ["10.0.0.2"],
                  "Sources": { "Deny": ["10.0.0.3"] },
                  "AllowTakeover": true,
                  "AbortOnClose": true,
                  "Timeouts": { "Drain": "1s" },
                  "Limits": { "SessionsPerTarget": 1, "Queue": 1, "QueueTimeout": "1s" },
                  "Health": { "Active": true, "Type": "tcp", "Send": "x", "Address": "10.0.0.9", "Rise": 1, "FailureRate": 0.5, "OnDown": "keep" }
                }
              ],
              "Sources": { "Allow": ["10.0.0.0/8"] },
              "Timeouts": { "Connect": "1s", "Idle": "1s", "HalfClose": "1s", "KeepAlive": "1s", "KeepAliveInterval": "1s", "Unacknowledged": "1s" },
              "Resolver": { "Servers": ["10.0.0.53"], "Family": "ipv4", "MinTtl": "1s", "MaxTtl": "1h" },
              "Limits": { "Sessions": 1, "Rate": 1, "Burst": 1, "SourcePrefix": { "IPv6": 1 } },
              "Health": { "Interval": "1s", "EjectMax": "1h", "FirstByte": "off", "EarlyClose": "1s" },
              "AccessLog": { "Sample": 1 },
              "DefaultApp": "a"
            }
            """)!;

        Assert.All(ConfigDocuments.Texts, text =>
        {
            Replace(document, place, JsonValue.Create(text));
            Assert.True(Agree(schema, document, out _), text);
        });
    }

    private static void Replace(JsonNode document, object[] place, JsonNode? value)
    {
        var parent = place.SkipLast(1).Aggregate(document, (node, step) => step is int index ? node[index]! : node[(string)step]!);
        if (place[^1] is int last)
            parent[last] = value;
        else
            parent[(string)place[^1]] = value;
    }

    private static bool Agree(JsonSchema schema, JsonNode document, out bool isValid)
    {
        var text = document.ToJsonString();
        isValid = schema.Validate(text).Count == 0;
        var errors = ConfigReader.Read(Encoding.UTF8.GetBytes(text)).Errors;
        return isValid == errors.All(IsBeyondSchema);
    }

    private static bool IsBeyondSchema(ConfigError error) =>
        Array.Exists(BeyondSchema, rule => error.Message.Contains(rule, StringComparison.Ordinal))
        && !error.Message.EndsWith($"found {Duration.Off}", StringComparison.Ordinal);
}
