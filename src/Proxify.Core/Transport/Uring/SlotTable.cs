namespace Proxify.Transport.Uring;

/// <summary>A worker's slots by index. Places are reused, the latest first: their memory is warm.</summary>
internal sealed class SlotTable
{
    /// <summary>What 24 bits of user_data can tell apart.</summary>
    public const int MaxSlots = 1 << 24;

    private readonly Stack<int> _free = new();
    private UringSlot?[] _slots = new UringSlot?[1024];
    private uint[] _generations = new uint[1024];
    private int _used = 1; // index 0 is nobody: user_data 0

    public int Count { get; private set; }

    public ReadOnlySpan<UringSlot?> All => _slots.AsSpan(0, _used);

    public UringSlot? this[int index] => (uint)index < (uint)_slots.Length ? _slots[index] : null;

    public void Add(UringSlot slot)
    {
        if (!_free.TryPop(out var index))
        {
            index = _used++;
            if (index == MaxSlots)
                throw new InvalidOperationException("a worker has no room for more sessions");
            if (index == _slots.Length)
            {
                Array.Resize(ref _slots, _slots.Length * 2);
                Array.Resize(ref _generations, _slots.Length);
            }
        }

        slot.Index = index;
        slot.Generation = ++_generations[index];
        slot.InFlight = 0;
        slot.IsRetired = false;
        _slots[index] = slot;
        Count++;
    }

    public void Remove(UringSlot slot)
    {
        _slots[slot.Index] = null;
        _free.Push(slot.Index);
        Count--;
    }
}
