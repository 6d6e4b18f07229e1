using System.Runtime.InteropServices;

namespace Proxify.Steering;

/// <summary>struct bucket_key.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BucketKey
{
    public uint Limits;
    public SourceKey.Address128 Source;
}
