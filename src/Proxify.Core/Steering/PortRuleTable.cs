using System.Runtime.CompilerServices;

namespace Proxify.Steering;

/// <summary>struct rules, 512 KiB: on the heap, because the runtime takes no value type of that size.</summary>
internal sealed class PortRuleTable
{
    public static readonly int Size = (1 + KernelLayout.Ports) * Unsafe.SizeOf<PortRules>();

    private readonly PortRules[] _entries = new PortRules[1 + KernelLayout.Ports];

    public ref PortRules Global => ref _entries[0];

    /// <summary>Of each port.</summary>
    public Span<PortRules> OfPort => _entries.AsSpan(1);

    /// <summary>Copies the table into the kernel's.</summary>
    public void WriteTo(BpfMap<uint, PortRules> map) => map.Set(0, ref _entries[0]);

    /// <summary>Copies the kernel's table into this one.</summary>
    public void ReadFrom(BpfMap<uint, PortRules> map) => map.TryGet(0, ref _entries[0]);
}
