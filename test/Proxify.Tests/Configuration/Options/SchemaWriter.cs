using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>config.schema.json as the declarations have it.</summary>
internal static partial class SchemaWriter
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write()
    {
        var root = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "proxify's config.json",
            ["description"] = "What a layer-4 TCP proxy listens on and where it connects to. Comments and trailing commas are allowed.",
        };
        foreach (var (key, value) in Section(RootOptions.Section))
            root[key] = value?.DeepClone();

        var definitions = new JsonObject();
        foreach (var (name, section) in Declared.Sections.Skip(1))
            definitions[name] = name == "Target" ? TextOr(Section(section)) : Section(section);

        foreach (var (name, value) in SchemaPatterns.Definitions)
            definitions[name] = value;

        root["definitions"] = definitions;
        return root.ToJsonString(Format) + "\n";
    }

    private static JsonObject TextOr(JsonObject section) => new() { ["anyOf"] = new JsonArray(Reference("TargetAddress"), section) };

    private static JsonObject Section(ISection section)
    {
        var properties = new JsonObject();
        foreach (var option in section.Options)
            properties[option.Name] = Property(option);

        var result = new JsonObject { ["type"] = "object", ["additionalProperties"] = false };
        if (section.Options.Where(option => option.IsRequired).Select(option => (JsonNode)option.Name).ToArray() is { Length: > 0 } required)
            result["required"] = new JsonArray(required);

        result["properties"] = properties;
        return result;
    }

    private static JsonObject Property(IOption option)
    {
        var result = new JsonObject { ["description"] = Description(option) };
        foreach (var (key, value) in option is IListOption list ? Array(list) : Value(option))
            result[key] = value?.DeepClone();

        if (Declared.DefaultOf(option) is { } @default)
            result["default"] = JsonSerializer.SerializeToNode(@default);

        return result;
    }

    private static JsonObject Array(IListOption list)
    {
        var result = new JsonObject { ["type"] = "array" };
        if (!list.MayBeEmptyInFile)
            result["minItems"] = 1;

        if (list.Most < int.MaxValue)
            result["maxItems"] = list.Most;

        result["items"] = Value(list);
        return result;
    }

    private static JsonObject Value(IOption option) => option.Type switch
    {
        ISection section => Reference(Declared.NameOf(section)),
        AppType => Reference("App"),
        TargetType => Reference("Target"),
        FlagType => new() { ["type"] = "boolean" },
        ShareType => new() { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 },
        CountType { CanBeOff: true } type =>
            new() { ["anyOf"] = new JsonArray(Whole(type), new JsonObject { ["type"] = "string", ["enum"] = new JsonArray("off") }) },
        WholeNumberType type => Whole(type),
        NumberChoiceType type => new() { ["type"] = "integer", ["enum"] = new JsonArray([.. type.Numbers.Select(number => (JsonNode)number)]) },
        DurationType type => Text(type.CanBeOff ? SchemaPatterns.DurationOrOff : SchemaPatterns.Duration),
        BytesType => Text(SchemaPatterns.Bytes),
        MemoryType type => Text(SchemaPatterns.Memory(type.Least, type.Most)),
        RateType => Reference("Rate"),
        NameType => Text(SchemaPatterns.Name, minLength: 1),
        TextType type => Text(SchemaPatterns.Texts.Single(text => text.Type == type).Pattern),
        AddressType => Reference("Address"),
        PortRangeType => Reference("Ports"),
        NetworkType => Reference("Network"),
        ServerType => Reference("Server"),
        EndpointType => Reference("Endpoint"),
        TargetAddressOption => Reference("TargetAddress"),
        DialSourceOption => Source(),
        SentHeaderOption => new() { ["anyOf"] = new JsonArray(Words(ConfigWords.ProxyProtocols.Words), Reference("SendProxyProtocol")) },
        DefaultAppOption => new() { ["type"] = new JsonArray("string", "null") },
        SchemaOption => [],
        _ when Declared.KeysOf(option) is { } keys => Reference(Declared.NameOf(keys)),
        _ when Declared.WordsOf(option) is { } words => Words(words),
        _ => throw new NotSupportedException($"{option.Name}: say here how {option.Type} is written in the schema."),
    };

    private static JsonObject Words(IEnumerable<string> words) => new() { ["type"] = "string", ["enum"] = new JsonArray([.. words.Select(w => (JsonNode)w)]) };

    private static JsonObject Source()
    {
        var client = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray(DialSourceOption.Client) };
        var several = new JsonObject { ["type"] = "array", ["minItems"] = 1, ["maxItems"] = DialSourceOption.MostAddresses, ["items"] = Reference("Network") };
        return new() { ["anyOf"] = new JsonArray(client, Reference("Network"), several) };
    }

    private static JsonObject Whole(WholeNumberType type) => new() { ["type"] = "integer", ["minimum"] = type.Least, ["maximum"] = type.Most };

    private static JsonObject Text(string pattern, int? minLength = null)
    {
        var result = new JsonObject { ["type"] = "string" };
        if (minLength is not null)
            result["minLength"] = minLength;

        result["pattern"] = pattern;
        return result;
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/definitions/{name}" };

    /// <summary>The sentence of the reference without its Markdown, and the bounds that a pattern cannot say.</summary>
    private static string Description(IOption option)
    {
        var text = Link().Replace(option.Meaning, "$1").Replace("`", "", StringComparison.Ordinal);
        var bounds = option.Type is DurationType type ? $" ({Duration.Format(type.Least)} to {Duration.Format(type.Most)}{(type.CanBeOff ? ", or off" : "")})" : "";
        var absent = option.Absent is null ? "" : $" Default: {Link().Replace(option.Absent, "$1").Replace("`", "", StringComparison.Ordinal)}.";
        return $"{char.ToUpperInvariant(text[0])}{text[1..]}{bounds}.{absent}";
    }

    [GeneratedRegex(@"\[([^\]]+)\]\(#[^)]+\)", RegexOptions.None, 1000)]
    private static partial Regex Link();
}
