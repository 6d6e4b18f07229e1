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
        ["is not loopback, where it needs a Token", " is already ", " are already ", "would connect back", "no app is named", "runs backwards",
         "expected 1ms to", "expected 0s to",
         "every target ", "bits set after its prefix", "IPv4 in the form of IPv6", "expected 100ms to", "expected 1s to", "is longer than MaxTtl",
         "expected 50ms to", "is shorter than the first", "expected at most 4,096 bytes", "has no port of its own", "leads from port",
         "is above the highest", "OpenSSL has no ", "there is no Certificate that", "is no address to connect from",
         "expected an address that holds on every link", " address to dial it from", "\" takes ", "is another than that of app", "give them an app without Tls",
         "version 1 has no place", "is for the Protocol \"", "with the Protocol \"", "than the Protocol \"", " needs LengthPrefix", "would not fit in Memory",
         "expected 1 to 8 bytes", "endpoints to listen on"];

    private static readonly Task<JsonSchema> Schema = JsonSchema.FromFileAsync(Repository.File("config.schema.json"));

    [Fact]
    public void Schema_has_the_options_as_they_are_declared() => Written.Is("config.schema.json", SchemaWriter.Write());

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

    public static IEnumerable<TheoryDataRow<string>> Places() =>
        Declared.Places(RootOptions.Section).Where(place => Declared.KeysOf(place.Option) is null || place.Option.Type is TargetType)
            .Select(place => new TheoryDataRow<string>(string.Join('.', place.Place)));

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Schema_and_reader_agree_on_every_text_in_one_place(string place)
    {
        var schema = await Schema;
        var document = JsonNode.Parse("""
            {"Apps":[{"Name":"a","Ports":[5001],"Targets":[{"Address":"10.0.0.1:1"},"10.0.0.2:1"],
              "Tls":{"Certificates":[{"Certificate":"a.pem"}],"ClientCertificates":{"Authorities":["a.pem"]}},
              "ProxyProtocol":{"From":["10.0.0.0/8"]}}]}
            """)!;

        Assert.All(ConfigDocuments.Texts, text =>
        {
            Put(document, place.Split('.'), JsonValue.Create(text));
            Assert.True(Agree(schema, document, out _), text);
        });
    }

    /// <summary>What is missing on the way is added.</summary>
    private static void Put(JsonNode document, string[] place, JsonNode? value)
    {
        var node = document;
        for (var i = 0; i < place.Length - 1; i++)
        {
            JsonNode below = place[i + 1] == "0" ? new JsonArray((JsonNode?)null) : new JsonObject();
            node = place[i] == "0" ? node[0] ??= below : node[place[i]] ??= below;
        }

        if (place[^1] == "0")
            node[0] = value;
        else
            node[place[^1]] = value;
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
