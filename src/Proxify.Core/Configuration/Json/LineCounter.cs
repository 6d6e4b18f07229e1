namespace Proxify.Configuration;

/// <summary>Turns byte offsets into lines and columns. Reads the text once, so offsets may only grow.</summary>
internal ref struct LineCounter(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _line = 1;
    private int _lineStart;
    private int _counted;

    public TextPosition At(int offset)
    {
        while (_text[_counted..offset].IndexOf((byte)'\n') is >= 0 and var newline)
        {
            _line++;
            _counted += newline + 1;
            _lineStart = _counted;
        }

        _counted = offset;
        return new TextPosition(_line, offset - _lineStart + 1);
    }
}
