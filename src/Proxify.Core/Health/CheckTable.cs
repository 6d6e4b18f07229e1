using System.Collections.Immutable;

namespace Proxify.Health;

/// <summary>The kinds of active checks that there are: another one is a class and a row here.</summary>
internal static class CheckTable
{
    public static ImmutableArray<ICheckType> All { get; } = [new TcpCheck(), new TlsCheck()];

    /// <param name="name">As the config writes it.</param>
    public static ICheckType Find(string name) => All.First(type => type.Name == name);
}
