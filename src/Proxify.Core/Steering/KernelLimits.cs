using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Proxify.Admission;

namespace Proxify.Steering;

/// <summary>struct limits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KernelLimits
{
    public Rate All;
    public Rate PerSource;
    public SourceKey.Address128 MaskIPv4;
    public SourceKey.Address128 MaskIPv6;

    /// <summary>The bucket of <see cref="All"/>.</summary>
    public ulong FullAt;

    public KernelLimits(RateLimits limits)
    {
        All = limits.All;
        PerSource = limits.PerSource;
        BinaryPrimitives.WriteUInt128BigEndian(MaskIPv4, limits.Sources.IPv4);
        BinaryPrimitives.WriteUInt128BigEndian(MaskIPv6, limits.Sources.IPv6);
    }
}
