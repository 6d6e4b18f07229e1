namespace Proxify.Linux;

/// <summary>A state of a file: another content has another one, whether it was written in place, put in its place by a rename, or behind a link.</summary>
/// <param name="DeviceMajor">With the following two: which file it is.</param>
/// <param name="DeviceMinor">See there.</param>
/// <param name="Inode">See there.</param>
/// <param name="Size">In bytes.</param>
/// <param name="ModifiedAt">When its content was written last.</param>
/// <param name="ChangedAt">When that, its rights or its owner were; nobody can set it back.</param>
/// <param name="Mode">Its kind and its rights: inode(7).</param>
public readonly record struct FileStamp(
    uint DeviceMajor, uint DeviceMinor, ulong Inode, ulong Size, FileTime ModifiedAt, FileTime ChangedAt, ushort Mode)
{
    private const ushort ReadByOthers = 0x24; // 044

    /// <summary>Others than its owner may read it: its group, or everybody.</summary>
    public bool IsReadByOthers => (Mode & ReadByOthers) != 0;

    /// <summary>As chmod(1) takes them: <c>0644</c>.</summary>
    public string Rights => $"0{Convert.ToString(Mode & 0x1ff, 8).PadLeft(3, '0')}";
}
