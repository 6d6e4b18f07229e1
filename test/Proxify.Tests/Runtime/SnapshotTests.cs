using System.Reflection;
using System.Runtime.CompilerServices;
using Proxify.Runtime;
using Proxify.Tests.Architecture;

namespace Proxify.Tests.Runtime;

/// <summary>Models are pure values: whoever holds one, on whatever thread, sees it as it was built.</summary>
public sealed class SnapshotTests
{
    private const BindingFlags Everything =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>One type per file, and those that are nested in it.</summary>
    public static IEnumerable<TheoryDataRow<string>> Types() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "src", "Proxify.Core", "Runtime", "Snapshot")).Select(
            file => new TheoryDataRow<string>(Path.GetFileNameWithoutExtension(file)));

    [Theory]
    [MemberData(nameof(Types))]
    public void A_type_of_a_snapshot_has_nothing_that_can_be_set_later(string name)
    {
        var type = typeof(ProxyModel).Assembly.GetType($"Proxify.Runtime.{name}", throwOnError: true)!;

        Assert.Empty(Writable(type));
    }

    /// <summary>The test's own test.</summary>
    [Fact]
    public void What_can_be_set_later_is_found() =>
        Assert.Equal(["<Late>k__BackingField", "Late", "_field", "s_field"], Writable(typeof(Impure)).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Writable(Type type) =>
        from t in type.GetNestedTypes(Everything).Where(t => !t.IsDefined(typeof(CompilerGeneratedAttribute))).Append(type)
        where !t.IsEnum
        from member in t.GetFields(Everything).Where(f => f is { IsInitOnly: false, IsLiteral: false }).Select(f => f.Name)
            .Concat(t.GetProperties(Everything).Where(IsSettable).Select(p => p.Name))
        select member;

    private static bool IsSettable(PropertyInfo property) =>
        property.SetMethod is { } set && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

#pragma warning disable CS0169, CS0649, IDE0044, IDE0051, CA1823, CA1802 // here to be found
    private sealed class Impure
    {
        private static int s_field;
        private int _field;
        private readonly int _constant;

        public int Early { get; init; }

        public int Late { get; set; }
    }
#pragma warning restore CS0169, CS0649, IDE0044, IDE0051, CA1823, CA1802
}
