namespace Proxify.FunctionalTests.Tls;

/// <summary>Makes and reads the records of a connection, whatever they hold.</summary>
internal abstract class RecordKeys : IDisposable
{
    protected const int HeaderSize = 5;

    public abstract byte[] Seal(byte type, ReadOnlySpan<byte> content);

    /// <param name="record">Its header included.</param>
    public abstract (byte Type, byte[] Content) Open(ReadOnlySpan<byte> record);

    public abstract void Dispose();
}
