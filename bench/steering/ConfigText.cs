using System.Text.Json.Nodes;

namespace Proxify.SteeringBench;

/// <summary>Configs of one app, and where its ports lie.</summary>
static class ConfigText
{
    /// <summary>The steering listener's port, and the target's: outside of all the ports below.</summary>
    public const int Listener = 65_510;

    public const int Target = 65_520;

    public static readonly string[] FourPorts = ["5001-5004"];
    public static readonly string[] TenThousandPorts = ["10000-19999"];
    public static readonly string[] SixtyFiveThousandPorts = ["500-65499"];

    /// <summary>The port of an app that lets nobody in, after the first one.</summary>
    public const int LimitedPort = 5101;

    /// <summary>Four ports as ever, and another app that refuses by its rate.</summary>
    public static string WithLimitedApp()
    {
        var config = JsonNode.Parse(Of(FourPorts))!;
        config["Apps"]!.AsArray().Add(new JsonObject
        {
            ["Name"] = "limited",
            ["Ports"] = new JsonArray(LimitedPort),
            ["Targets"] = new JsonArray($"127.0.0.1:{Target}"),
            ["Limits"] = new JsonObject { ["RatePerSource"] = "1/h" },
        });
        return config.ToJsonString();
    }

    /// <summary>No access log, as with the peers.</summary>
    public static string Of(IEnumerable<string> ports, IEnumerable<string>? deny = null)
    {
        var config = new JsonObject
        {
            ["Apps"] = new JsonArray(new JsonObject
            {
                ["Name"] = "bench",
                ["Ports"] = new JsonArray([.. ports.Select(port => (JsonNode)(port.Contains('-') ? port : int.Parse(port)))]),
                ["Targets"] = new JsonArray($"127.0.0.1:{Target}"),
            }),
            ["AccessLog"] = new JsonObject { ["Sample"] = 0 },
        };
        if (deny is not null)
            config["Sources"] = new JsonObject { ["Deny"] = new JsonArray([.. deny.Select(prefix => (JsonNode)prefix)]) };
        return config.ToJsonString();
    }

    /// <summary>That many different networks, half of them IPv4 from /17 to /32, half IPv6 from /33 to /64; none holds a loopback address.</summary>
    public static IReadOnlyCollection<string> Prefixes(int count, int seed)
    {
        var random = new Random(seed);
        var prefixes = new HashSet<string>();
        while (prefixes.Count < count)
        {
            if (prefixes.Count % 2 == 0)
            {
                var length = random.Next(17, 33);
                var bits = (uint)(random.NextInt64(0x0100_0000, 0x7f00_0000) & (0xffff_ffffL << (32 - length)));
                prefixes.Add($"{bits >> 24}.{(bits >> 16) & 255}.{(bits >> 8) & 255}.{bits & 255}/{length}");
            }
            else
            {
                var length = random.Next(33, 65);
                var bits = (0x2000_0000_0000_0000UL | (ulong)random.NextInt64(0x1fff_ffff_ffff_ffff)) & (ulong.MaxValue << (64 - length));
                prefixes.Add($"{bits >> 48:x}:{(bits >> 32) & 0xffff:x}:{(bits >> 16) & 0xffff:x}:{bits & 0xffff:x}::/{length}");
            }
        }

        return prefixes;
    }
}
