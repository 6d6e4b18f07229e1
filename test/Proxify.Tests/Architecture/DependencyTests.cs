using System.Reflection;
using System.Text.RegularExpressions;

namespace Proxify.Tests.Architecture;

/// <summary>Who may know whom, as docs/architecture.md draws it: read from the using directives, which name every room that a file enters.</summary>
public sealed partial class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Configuration"] = ["Transport"],
        ["Balancing"] = [],
        ["Transport"] = [],
        ["Admission"] = [],
        ["Prefaces"] = ["Transport"],
        ["Framing"] = [],
        ["Caching"] = [],
        ["Tls"] = ["Configuration", "Telemetry", "Transport"],
        ["Telemetry"] = ["Transport"],
        ["Health"] = ["Balancing", "Prefaces", "Telemetry", "Tls", "Transport"],
        ["Resolution"] = ["Transport"],
        ["Steering"] = ["Admission", "Transport"],
        ["Runtime"] =
            ["Admission", "Balancing", "Configuration", "Framing", "Health", "Prefaces", "Resolution", "Routing", "Telemetry", "Tls", "Transport"],
        ["Routing"] = ["Transport"],
        ["Sessions"] = ["Admission", "Balancing", "Health", "Prefaces", "Routing", "Runtime", "Telemetry", "Tls", "Transport"],
        ["Multiplexing"] = ["Balancing", "Caching", "Configuration", "Framing", "Runtime", "Sessions", "Telemetry", "Transport"],
        ["Handover"] = ["Health", "Sessions", "Steering", "Transport"],
        ["Hosting"] =
            [
                "Admission", "Configuration", "Handover", "Health", "Multiplexing", "Prefaces", "Resolution", "Runtime", "Sessions", "Steering", "Telemetry",
                "Tls", "Transport",
            ],
    };

    public static IEnumerable<TheoryDataRow<string>> Rooms() =>
        Directory.GetDirectories(Core).Select(d => new TheoryDataRow<string>(Path.GetFileName(d))).Where(r => r.Data is not ("bin" or "obj"));

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_knows_only_the_rooms_it_may(string room)
    {
        Assert.True(Allowed.TryGetValue(room, out var allowed), $"{room} has no line here: decide what it may know.");
        foreach (var file in Directory.GetFiles(Path.Combine(Core, room), "*.cs", SearchOption.AllDirectories))
        {
            foreach (Match match in Using().Matches(File.ReadAllText(file)))
            {
                var used = match.Groups[1].Value;
                Assert.True(used == room || used == "Linux" || allowed.Contains(used), $"{file} uses Proxify.{used}");
            }
        }
    }

    [Fact]
    public void No_room_is_known_by_one_that_it_knows()
    {
        // Rooms that know only rooms that are taken away already, again and again: what is left over are circles.
        var left = Allowed.ToDictionary();
        while (left.FirstOrDefault(room => room.Value.All(known => !left.ContainsKey(known))).Key is { } room)
            left.Remove(room);

        Assert.Empty(left.Keys);
    }

    [Fact]
    public void Linux_bindings_know_nothing_of_the_proxy() =>
        Assert.DoesNotContain(typeof(Proxify.Linux.Libc).Assembly.GetReferencedAssemblies(), a => a.Name!.StartsWith("Proxify", StringComparison.Ordinal));

    [Fact]
    public void Core_writes_nothing_to_the_console() =>
        Assert.DoesNotContain(typeof(Proxify.Transport.ITransport).Assembly.GetReferencedAssemblies(), (AssemblyName a) => a.Name == "System.Console");

    private static string Core { get; } = Path.Combine(Repository.Root, "src", "Proxify.Core");

    [GeneratedRegex(@"^using (?:static )?Proxify\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Using();
}
