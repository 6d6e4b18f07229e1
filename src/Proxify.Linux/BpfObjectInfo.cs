using System.Runtime.InteropServices;
using System.Text;

namespace Proxify.Linux;

/// <summary>The start of struct bpf_link_info, for a link to a network namespace.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BpfLinkInfo
{
    /// <summary>BPF_LINK_TYPE_NETNS.</summary>
    public const uint NetworkNamespace = 5;

    public uint Type;
    public uint Id;
    public uint ProgramId;
    private readonly uint _padding;

    /// <summary>The namespace's inode, as in /proc/PID/ns/net; 0 once the namespace is gone.</summary>
    public uint NamespaceInode;
    public uint AttachType;
}

/// <summary>The start of struct bpf_map_info.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BpfMapInfo
{
    public uint Type;
    public uint Id;
    public uint KeySize;
    public uint ValueSize;
    public uint MaxEntries;
    public uint Flags;
    private BpfName _name;

    public readonly string Name => _name.ToString();
}

/// <summary>The start of struct bpf_prog_info.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BpfProgramInfo
{
    public uint Type;
    public uint Id;
    public ulong Tag;
    public uint JitedLength;
    public uint TranslatedLength;
    public ulong JitedInstructions;
    public ulong TranslatedInstructions;

    /// <summary>When it was loaded: nanoseconds since boot.</summary>
    public ulong LoadTime;
    public uint CreatedByUid;
    public uint MapCount;
    public ulong MapIds;
    private BpfName _name;

    public readonly string Name => _name.ToString();
}

/// <summary>BPF_OBJ_NAME_LEN bytes, the last one NUL.</summary>
[System.Runtime.CompilerServices.InlineArray(16)]
internal struct BpfName
{
    private byte _first;

    public override readonly string ToString()
    {
        ReadOnlySpan<byte> bytes = this;
        return Encoding.ASCII.GetString(bytes[..bytes.IndexOf((byte)0)]);
    }
}
