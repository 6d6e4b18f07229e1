using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>Random config documents: valid ones, valid ones with something wrong put in, and arbitrary JSON made of the config's words.</summary>
internal static class ConfigDocuments
{
    public static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly string LongLabel = new('a', 63);
    private static readonly string LongName = $"{LongLabel}.{LongLabel}.{LongLabel}.{new string('b', 61)}";

    private static readonly string[] Keys =
        [.. Declared.Sections.SelectMany(section => section.Section.Options).Select(option => option.Name).Distinct(), "apps", "", "x"];

    /// <summary>Right somewhere, wrong elsewhere, and near both sides of every limit.</summary>
    public static readonly string?[] Texts =
        [null, "", "x", "a\u0001", "80", "0", "080", "65535", "65536", "1-2", "1-65535", "1-65536", "1-", "-1", "1 -2", "5s", "5", "05s", "0s", "250ms", "1.5s",
            "off", "Off", "round-robin", "Round-Robin", "least-connections", "random-two", "source-hash", "first", "tcp", "tls", "Tcp", "client", "Client", "keep", "drain",
            "reset", "hex:", "hex:0d0A", "hex:0", "hex:0g", "Hex:0g", "7d", "5 s", "100/s", "600/m", "1000000/h", "1000001/s", "0/s", "01/s", "10/d", "10/",
            "/s", "10 /s", "-1/s", "15MiB", "16MiB", "016MiB", "1048576MiB", "1048577MiB", "1024GiB", "1025GiB", "0GiB", "1GiB", "99999999999999999999GiB",
            "16 MiB", "16mib", "16384KiB", "16383KiB", "0KiB", "1KiB", "64KiB", "1023KiB", "1048576KiB", "1048577KiB", "9999KiB", "1MiB", "17MiB", "999MiB",
            "1023GiB", "1073741824KiB", "1073741825KiB", "MiB", "redis", "memcached", "length-prefixed", "line", "big", "little", "123456789",
         "127.0.0.1:80", "256.0.0.1:80", "01.2.3.4:80", "1.2.3:80", "a.1:80", "1.a:80", "0x1f:80", "a.0x:80", "0xg:80", "a-:80", "-a:80", "a-b:80", "a..b:80",
         "a.:80", ".:80", ".a:80", ":80", "a",
         "a:", "a:0", "a:065", "a:65535", "a:65536", "a:99999", "a:+", "a:-", "a:+0", "a:-0", "a:+1000", "a:-1000", "a:+01", "a:+-1", "a:+60534", "a:+65534",
         "a:+65535", "a:-65535", "[::1]:+1", "::1:+1", "_a:+1", "10.0.0.7", "10.0.0.7:", "10.0.0.7:+1", "[fd00::7]", "[a]", "[]", $"{LongName}", $"{LongName}.",
         $"{LongName}b", $"{LongName}b.", "[::1]:80", "[::ffff:10.0.0.1]:80", "::1:80", "[a]:80", "[10.0.0.1]:80", "[]:80", "a_b:1", "_a:1", "_a:0", "_a",
         "_a._b.c", "_a.1", "_a.0x", "_a-", "_a.b.", "_a..b", $"_{LongName[1..]}", $"_{LongName[1..]}.", $"_{LongName[1..]}b", $"_{LongName[1..]}b.",
         "\u00e9:1", "a b:1", "a/b:1",
         $"{LongLabel}:1", $"{LongLabel}a:1", $"{LongName}:1", $"{LongName}.:1", $"{LongName}b:1", $"{LongName}b.:1",
         "127.0.0.1:53", "[::1]:53", "fd00::1:53", "[fe80::1%1]:53", "127.0.0.1", "127.0.0.256", "127.1", "1", "::", "::1", "[::1]", "FD00::1", "localhost",
         "0.0.0.0", "1.2", "1.3", "modern", "require", "request", "web.pem", "/a b/c.pem", "h2", new string('x', 255), new string('x', 256), "a\u007f",
         "a\u0085", "X25519:P-256", "X25519:P-257", "X25519:", "ECDHE+AESGCM:!aNULL", "ECDHE+AESGCM:nothing", "TLS_AES_128_GCM_SHA256", "CN=a", "CN=a,O=b*",
         "CN=a,", "CN= ", "CN=a, O=b", "=a", "C N=a", "CN=a\\,b", "CN=a\\", "CN=\u0007", "dns:a", "dns:", "dns:a b", "ip:10.0.0.1", "uri:spiffe://a/**",
         "email:*@b", new string('0', 64), new string('0', 63), new string('0', 65), new string('g', 64), string.Join(':', Enumerable.Repeat("aF", 32)),
         string.Join(':', Enumerable.Repeat("a", 64)),
         "*", "*.", "*.a", "*.1", "*.*.a", "a.*", "*a.b", $"*.{LongName}", $"*.{LongName}.", $"*.{LongName}b", "postgres",
         "10.0.0.0/8", "10.0.0.5/8", "10.0.0.0/32", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/ 8", "10.0.0.0/8/8", "10/8", "/8",
         "0.0.0.0/0", "::/0", "2001:db8::/32",
         "2001:DB8::1/32", "::1/128", "::1/129", "[::1]/128", "::ffff:10.0.0.1", "::ffff:10.0.0.0/104", "::ffff:10.0.0.1/104", "fe80::%1/64", "fe80::1%1"];

    private static readonly Gen<string> Port = Gen.Int[1, 65535].Select(port => port.ToString());

    private static readonly Gen<JsonNode?> Ports = Gen.OneOf(
        Json(Gen.Int[1, 65535]),
        Json(Port),
        Json(Gen.Select(Gen.Int[1, 30000], Gen.Int[30000, 65535], (first, last) => $"{first}-{last}")));

    private static readonly Gen<JsonNode?> Address = Json(Gen.Select(
        Pick("10.0.0.1", "192.168.255.1", "[::1]", "[fd00::1]", "db.internal", "a", "1und1.example.", "_x.y", "3f2a9c"), Port, (host, port) =>
            $"{host}:{port}"));

    private static readonly Gen<JsonNode?> ClientsPort = Json(Pick("10.0.0.7", "[fd00::7]:+1", "rooms.internal", "a:-1"));

    private static readonly Gen<JsonNode?> Service = Json(Pick("_redis._tcp.cache.internal", "_x"));

    private static readonly Gen<JsonNode?> Network = Json(Gen.OneOf(
        Pick("0.0.0.0/0", "::/0", "2001:db8::/32", "fd00::1", "10.0.0.1/8"),
        Gen.Select(Gen.Int[0, 255], Gen.Int[16, 32], (number, length) => $"10.{number}.0.0/{length}")));

    /// <summary>Valid by the schema; rules across values (a port twice, …) may be broken.</summary>
    public static readonly Gen<JsonNode> Valid = Object(RootOptions.Section).Select(node => node!);

    private static readonly Gen<JsonNode?> Scalar = Gen.OneOf(
        Json(Pick(Texts)),
        Json(Pick(0, 1, -1, 80, 256, 257, 65535, 65536, int.MaxValue)),
        Json(Pick(0.5, 1.5, -0.5, 1e300)),
        Json(Gen.Bool));

    /// <summary>Any JSON value, made of the config's words.</summary>
    public static readonly Gen<JsonNode?> Any = Gen.Recursive<JsonNode?>((depth, any) => depth > 4
        ? Scalar
        : Gen.OneOf(
            Scalar,
            ArrayOf(any, 0),
            Gen.Select(Pick(Keys), any).Array[0, 6].Select(members =>
            {
                var result = new JsonObject();
                foreach (var (key, value) in members)
                    result[key] = value?.DeepClone();

                return (JsonNode?)result;
            })));

    /// <summary>A valid document with one to three random edits: some of them keep it valid.</summary>
    public static readonly Gen<JsonNode> Mutated =
        Gen.Select(Valid, Gen.Select(Gen.Int[0, 3], Gen.Int[0, int.MaxValue], Pick(Keys), Any).Array[1, 3]).Select((document, edits) =>
        {
            var result = document.DeepClone();
            foreach (var (kind, place, key, value) in edits)
                Mutate(result, kind, place, key, value?.DeepClone());

            return result;
        });

    private static void Mutate(JsonNode document, int kind, int place, string key, JsonNode? value)
    {
        var containers = new List<JsonNode>();
        Collect(document, containers);
        switch (containers[place % containers.Count])
        {
            case JsonArray array when kind == 0 && array.Count > 0:
                array.RemoveAt(place % array.Count);
                break;
            case JsonArray array when kind == 1 || array.Count == 0:
                array.Add(value);
                break;
            case JsonArray array:
                array[place % array.Count] = value;
                break;
            case JsonObject members when kind == 0 && members.Count > 0:
                members.Remove(members.ElementAt(place % members.Count).Key);
                break;
            case JsonObject members when kind == 1 || members.Count == 0:
                members[key] = value;
                break;
            case JsonObject members:
                members[members.ElementAt(place % members.Count).Key] = value;
                break;
        }
    }

    private static void Collect(JsonNode? node, List<JsonNode> containers)
    {
        if (node is JsonArray or JsonObject)
            containers.Add(node);

        foreach (var child in node is JsonArray array ? array : node is JsonObject members ? members.Select(member => member.Value) : [])
            Collect(child, containers);
    }

    private static Gen<JsonNode?> ArrayOf(Gen<JsonNode?> item, int min) =>
        item.Array[min, 4].Select(items => (JsonNode?)new JsonArray([.. items.Select(node => node?.DeepClone())]));

    private static Gen<JsonNode?> Object(ISection section) =>
        section.Options.Aggregate(Gen.Const(0).Select(_ => new JsonObject()), (result, option) =>
            Gen.Select(result, ValueOf(option), Gen.Bool, (node, value, isPresent) =>
            {
                var copy = (JsonObject)node.DeepClone();
                if (option.IsRequired || isPresent)
                    copy[option.Name] = value?.DeepClone();

                return copy;
            })).Select(node => (JsonNode?)node);

    private static Gen<JsonNode?> ValueOf(IOption option) =>
        option is IListOption list ? ArrayOf(ItemOf(option), list.MayBeEmptyInFile ? 0 : 1) : ItemOf(option);

    private static Gen<JsonNode?> ItemOf(IOption option) => option.Type switch
    {
        TargetType => Gen.OneOf(Address, Service, ClientsPort, Object(TargetOptions.Section)),
        DurationType type => Json(Pick([Duration.Format(type.Least), Duration.Format(type.Most), "5s", .. type.CanBeOff ? ["off"] : Array.Empty<string>()])),
        CountType { CanBeOff: true } type => Gen.OneOf(Json(Gen.Int[type.Least, type.Most]), Json(Pick("off"))),
        WholeNumberType type => Json(Gen.Int[type.Least, type.Most]),
        NumberChoiceType type => Json(Pick([.. type.Numbers])),
        FlagType => Json(Gen.Bool),
        ShareType => Json(Gen.Double[0, 1]),
        BytesType { Least: > 0 } => Json(Pick("\n", "\r\n", "hex:00", "12345678")),
        BytesType => Json(Pick("", "PING\r\n", "hex:", "hex:0d0a", "\u00e9")),
        MemoryType type => Json(Gen.Select(Gen.Long[type.Least >> 10, type.Most >> 10], Pick(0L, 1_023L), (number, rounded) =>
            ByteSize.Format(Math.Max((number & ~rounded) << 10, type.Least)))),
        RateType => Gen.OneOf(Json(Gen.Int[1, 1_000_000]),
            Json(Gen.Select(Gen.Int[1, 1_000_000], Pick("s", "m", "h"), (count, unit) => $"{count}/{unit}")), Json(Pick("off"))),
        TextType type => Json(Pick(SchemaPatterns.Texts.Single(text => text.Type == type).Samples)),
        NameType => Json(Gen.Int[0, 999].Select(number => $"app-{number}")),
        AddressType => Json(Pick("10.0.0.1", "::1", "fd00::1")),
        PortRangeType => Ports,
        NetworkType => Network,
        EndpointType => Json(Pick("127.0.0.1:5353", "[::1]:5353")),
        ServerType => Json(Pick("10.0.0.53", "fd00::53", "127.0.0.1:5353", "[::1]:5353")),
        TargetAddressOption => Address,
        DialSourceOption => Gen.OneOf(Json(Pick(DialSourceOption.Client)), Network, ArrayOf(Network, 1)),
        SentHeaderOption => Gen.OneOf(Json(Pick("v1", "v2")), Object(SendProxyProtocolOptions.Section)),
        DefaultAppOption => Json(Pick(null, "app-1")),
        SchemaOption => Json(Pick("./config.schema.json")),
        _ when Declared.WordsOf(option) is { } words => Json(Pick([.. words])),
        _ when Declared.KeysOf(option) is { } keys => Object(keys),
        _ => throw new NotSupportedException($"{option.Name}: say here what {option.Type} may be."),
    };

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static Gen<JsonNode?> Json<T>(Gen<T> values) => values.Select(value => (JsonNode?)JsonValue.Create(value));
}
