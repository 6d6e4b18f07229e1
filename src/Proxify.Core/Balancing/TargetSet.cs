namespace Proxify.Balancing;

/// <summary>Targets of an app, by index. Allocates only past the first 64; not to be copied, since copies would share the rest.</summary>
internal struct TargetSet
{
    private ulong _first;
    private ulong[]? _rest;

    public readonly bool IsEmpty => _first == 0 && (_rest is null || !_rest.AsSpan().ContainsAnyExcept(0UL));

    public readonly bool Contains(int index)
    {
        if (index < 64)
            return (_first >> index & 1) != 0;
        var word = (index >> 6) - 1;
        return _rest is not null && word < _rest.Length && (_rest[word] >> (index & 63) & 1) != 0;
    }

    public void Add(int index)
    {
        if (index < 64)
        {
            _first |= 1UL << index;
            return;
        }

        var word = (index >> 6) - 1;
        if (_rest is null || word >= _rest.Length)
            Array.Resize(ref _rest, word + 1);
        _rest[word] |= 1UL << (index & 63);
    }
}
