using System.Runtime.InteropServices;

namespace Proxify.Linux;

public static unsafe partial class LibBpf
{
    public static int UpdateElement(SafeBpfHandle map, void* key, void* value, ulong flags = 0) => bpf_map_update_elem(map, key, value, flags);

    public static int LookupElement(SafeBpfHandle map, void* key, void* value) => bpf_map_lookup_elem(map, key, value);

    public static int DeleteElement(SafeBpfHandle map, void* key) => bpf_map_delete_elem(map, key);

    public static int GetNextKey(SafeBpfHandle map, void* key, void* next) => bpf_map_get_next_key(map, key, next);

    /// <summary>Sets <paramref name="count"/> elements, existing or not; on return <paramref name="count"/> is how many were set.</summary>
    public static int UpdateBatch(SafeBpfHandle map, void* keys, void* values, ref uint count)
    {
        fixed (uint* c = &count)
            return bpf_map_update_batch(map, keys, values, c, null);
    }

    /// <summary>Deletes; stops at the first key that is not there (-ENOENT). On return <paramref name="count"/> is how many went.</summary>
    public static int DeleteBatch(SafeBpfHandle map, void* keys, ref uint count)
    {
        fixed (uint* c = &count)
            return bpf_map_delete_batch(map, keys, c, null);
    }

    /// <summary>
    /// Reads up to <paramref name="count"/> elements. <paramref name="from"/> is null at first, then what the call before left in
    /// <paramref name="next"/>. -ENOENT says that these elements (there may be some) were the last.
    /// </summary>
    public static int LookupBatch(SafeBpfHandle map, void* from, void* next, void* keys, void* values, ref uint count)
    {
        fixed (uint* c = &count)
            return bpf_map_lookup_batch(map, from, next, keys, values, c, null);
    }

    [LibraryImport(Library)]
    private static partial int bpf_map_update_elem(SafeBpfHandle map, void* key, void* value, ulong flags);

    [LibraryImport(Library)]
    private static partial int bpf_map_lookup_elem(SafeBpfHandle map, void* key, void* value);

    [LibraryImport(Library)]
    private static partial int bpf_map_delete_elem(SafeBpfHandle map, void* key);

    [LibraryImport(Library)]
    private static partial int bpf_map_get_next_key(SafeBpfHandle map, void* key, void* next);

    [LibraryImport(Library)]
    private static partial int bpf_map_update_batch(SafeBpfHandle map, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Library)]
    private static partial int bpf_map_delete_batch(SafeBpfHandle map, void* keys, uint* count, void* options);

    [LibraryImport(Library)]
    private static partial int bpf_map_lookup_batch(SafeBpfHandle map, void* from, void* next, void* keys, void* values, uint* count, void* options);
}
