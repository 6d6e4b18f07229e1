using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Proxify.Steering;

/// <summary>The network namespace that the calling thread is in. All threads of an ordinary process are in the same.</summary>
internal static class NetworkNamespace
{
    private const string Path = "/proc/thread-self/ns/net";

    /// <summary>Its inode number, as `ip netns` and `bpftool link` print it.</summary>
    public static uint Inode
    {
        get
        {
            // "net:[4026531840]"
            var link = new FileInfo(Path).LinkTarget;
            return link is not null && uint.TryParse(link.AsSpan(5, link.Length - 6), NumberStyles.None, null, out var inode) ? inode : 0;
        }
    }

    public static SafeFileHandle Open() => File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
}
