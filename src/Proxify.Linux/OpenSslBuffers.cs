using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>What a TLS session reads from and writes to while it is driven. A thread drives one at a time, so a thread has one of these.</summary>
public unsafe struct OpenSslBuffers
{
    private const int FirstSpill = 4_096;

    private byte* _input;
    private int _inputLeft;
    private byte* _output;
    private int _outputSize;
    private int _written;
    private byte* _spill;
    private int _spillSize;
    private int _spilled;

    /// <summary>Bytes of the input that have not been taken.</summary>
    public readonly int InputLeft => _inputLeft;

    /// <summary>Bytes written to the output.</summary>
    public readonly int Written => _written;

    /// <summary>What the output had no room for. Valid until the next <see cref="Set"/> on this thread.</summary>
    public readonly ReadOnlySpan<byte> Spilled => new(_spill, _spilled);

    /// <summary>Sets them out. Both have to stay where they are while a session is driven.</summary>
    public void Set(byte* input, int inputLength, byte* output, int outputSize)
    {
        _input = input;
        _inputLeft = inputLength;
        _output = output;
        _outputSize = outputSize;
        _written = 0;
        _spilled = 0;
    }

    internal int Take(byte* to, int length)
    {
        var taken = Math.Min(length, _inputLeft);
        Unsafe.CopyBlockUnaligned(to, _input, (uint)taken);
        _input += taken;
        _inputLeft -= taken;
        return taken;
    }

    internal void Put(byte* from, int length)
    {
        var fits = _spilled > 0 ? 0 : Math.Min(length, _outputSize - _written);
        Unsafe.CopyBlockUnaligned(_output + _written, from, (uint)fits);
        _written += fits;
        if (fits == length)
            return;
        var rest = length - fits;
        if (_spilled + rest > _spillSize)
        {
            _spillSize = Math.Max(Math.Max(FirstSpill, _spillSize * 2), _spilled + rest);
            _spill = (byte*)NativeMemory.Realloc(_spill, (nuint)_spillSize);
        }

        Unsafe.CopyBlockUnaligned(_spill + _spilled, from + fits, (uint)rest);
        _spilled += rest;
    }
}
