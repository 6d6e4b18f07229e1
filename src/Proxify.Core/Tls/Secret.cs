using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Proxify.Tls;

/// <summary>Bytes that nobody may know: in one place, out of the collector's way, and wiped when the last who uses them is done.</summary>
internal sealed unsafe class Secret : SafeHandle
{
    private readonly int _length;

    /// <param name="length">At least one.</param>
    public Secret(int length)
        : base(0, ownsHandle: true)
    {
        _length = length;
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)length));
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>As long as this object is held: see <see cref="GC.KeepAlive"/>.</summary>
    public Span<byte> Bytes => new((void*)handle, _length);

    /// <summary>The same for OpenSSL.</summary>
    public byte* Pointer => (byte*)handle;

    public static Secret Of(ReadOnlySpan<byte> bytes)
    {
        var secret = new Secret(bytes.Length);
        bytes.CopyTo(secret.Bytes);
        return secret;
    }

    public static Secret Random(int length)
    {
        var secret = new Secret(length);
        RandomNumberGenerator.Fill(secret.Bytes);
        return secret;
    }

    protected override bool ReleaseHandle()
    {
        CryptographicOperations.ZeroMemory(Bytes);
        NativeMemory.Free((void*)handle);
        return true;
    }
}
