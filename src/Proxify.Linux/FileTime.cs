using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>struct statx_timestamp: since 1970.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct FileTime(long Seconds, uint Nanoseconds, int Unused);
