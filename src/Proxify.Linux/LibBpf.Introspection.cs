using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>Finding what other processes have loaded. All of it needs CAP_SYS_ADMIN.</summary>
public static unsafe partial class LibBpf
{
    /// <summary>The next link's id after <paramref name="id"/>, starting at 0; false after the last.</summary>
    public static bool NextLinkId(ref uint id, out int error)
    {
        uint next;
        error = bpf_link_get_next_id(id, &next);
        if (error < 0)
            return false;
        id = next;
        return true;
    }

    public static int OpenLink(uint id) => bpf_link_get_fd_by_id(id);

    public static int OpenProgram(uint id) => bpf_prog_get_fd_by_id(id);

    public static int OpenMap(uint id) => bpf_map_get_fd_by_id(id);

    public static int GetInfo(SafeBpfHandle link, out BpfLinkInfo info)
    {
        fixed (BpfLinkInfo* i = &info)
            return GetInfo(link, i, (uint)sizeof(BpfLinkInfo));
    }

    public static int GetInfo(SafeBpfHandle map, out BpfMapInfo info)
    {
        fixed (BpfMapInfo* i = &info)
            return GetInfo(map, i, (uint)sizeof(BpfMapInfo));
    }

    /// <summary>Fills in the program's description and up to <paramref name="mapIds"/>.Length ids of its maps; info.MapCount says how many there are.</summary>
    public static int GetInfo(SafeBpfHandle program, out BpfProgramInfo info, Span<uint> mapIds)
    {
        fixed (BpfProgramInfo* i = &info)
        fixed (uint* ids = mapIds)
        {
            *i = new BpfProgramInfo { MapCount = (uint)mapIds.Length, MapIds = (ulong)ids };
            uint size = (uint)sizeof(BpfProgramInfo);
            return bpf_obj_get_info_by_fd(program, i, &size);
        }
    }

    // The kernel rejects a description that has bytes set which it does not know, hence all zero.
    private static int GetInfo(SafeBpfHandle handle, void* info, uint size)
    {
        NativeMemory.Clear(info, size);
        return bpf_obj_get_info_by_fd(handle, info, &size);
    }

    [LibraryImport(Library)]
    private static partial int bpf_link_get_next_id(uint start, uint* next);

    [LibraryImport(Library)]
    private static partial int bpf_link_get_fd_by_id(uint id);

    [LibraryImport(Library)]
    private static partial int bpf_prog_get_fd_by_id(uint id);

    [LibraryImport(Library)]
    private static partial int bpf_map_get_fd_by_id(uint id);

    [LibraryImport(Library)]
    private static partial int bpf_obj_get_info_by_fd(SafeBpfHandle handle, void* info, uint* size);
}
