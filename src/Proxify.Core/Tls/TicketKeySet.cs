namespace Proxify.Tls;

/// <summary>The keys in force: the first seals, all open.</summary>
internal sealed class TicketKeySet(IReadOnlyList<TicketKey> keys)
{
    public TicketKey First => keys[0];

    /// <summary>Null: what it has sealed is not opened any more.</summary>
    public TicketKey? Find(ReadOnlySpan<byte> name)
    {
        foreach (var key in keys)
        {
            if (key.Name.SequenceEqual(name))
                return key;
        }

        return null;
    }
}
