namespace Proxify.Framing;

/// <summary>Is told keys.</summary>
internal interface IKeyVisitor
{
    void OnKey(ReadOnlySpan<byte> key);

    /// <summary>It may be any key.</summary>
    void OnAnyKey();
}
