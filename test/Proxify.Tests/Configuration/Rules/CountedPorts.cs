using System.Collections;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>An app's ports that know how often all of them were gone through.</summary>
internal sealed class CountedPorts(IReadOnlyList<PortRange> ports) : IReadOnlyList<PortRange>
{
    public int Looks { get; private set; }

    public int Count => ports.Count;

    public PortRange this[int index] => ports[index];

    public IEnumerator<PortRange> GetEnumerator()
    {
        Looks++;
        return ports.GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
