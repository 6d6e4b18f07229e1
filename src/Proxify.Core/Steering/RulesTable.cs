namespace Proxify.Steering;

/// <summary>struct rules, 256 KiB: on the heap, because the runtime takes no value type of that size.</summary>
internal sealed class RulesTable
{
    private readonly uint[] _words = new uint[1 + KernelLayout.Ports];

    public ref uint Global => ref _words[0];

    /// <summary>The scope of each port.</summary>
    public Span<uint> OfPort => _words.AsSpan(1);

    /// <summary>Copies the table into the kernel's.</summary>
    public void WriteTo(BpfMap<uint, uint> map) => map.Set(0, ref _words[0]);

    /// <summary>Copies the kernel's table into this one.</summary>
    public void ReadFrom(BpfMap<uint, uint> map) => map.TryGet(0, ref _words[0]);
}
