using System.Runtime.CompilerServices;
using Proxify.Linux;

namespace Proxify.Steering;

/// <summary>
/// A typed look at a BPF map that somebody else holds. Many elements go in one system call where the kernel has batches (5.6), one by one otherwise.
/// </summary>
internal sealed unsafe class BpfMap<TKey, TValue>(SafeBpfHandle handle, string name)
    where TKey : unmanaged
    where TValue : unmanaged
{
    private const uint BatchSize = 65_536;

    public SafeBpfHandle Handle { get; } = handle;

    public string Name => name;

    /// <summary>Sets one element. A reference, because a value may be too large for the stack.</summary>
    /// <exception cref="SteeringException">The map is full, or the kernel has no memory.</exception>
    public void Set(TKey key, ref readonly TValue value)
    {
        fixed (TValue* v = &value)
            Check(LibBpf.UpdateElement(Handle, &key, v), "cannot write");
    }

    /// <summary>Copies an element; false if there is none.</summary>
    public bool TryGet(TKey key, ref TValue value)
    {
        fixed (TValue* v = &value)
        {
            var result = LibBpf.LookupElement(Handle, &key, v);
            if (result != -Errno.NoEntry)
                Check(result, "cannot read");
            return result >= 0;
        }
    }

    /// <summary>Deletes one element; false if there is none.</summary>
    public bool Remove(TKey key)
    {
        var result = LibBpf.DeleteElement(Handle, &key);
        if (result != -Errno.NoEntry)
            Check(result, "cannot delete from");
        return result >= 0;
    }

    /// <summary>Sets many elements. On failure the first <paramref name="done"/> of them are set.</summary>
    public void SetAll(ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values, out int done)
    {
        done = 0;
        fixed (TKey* k = keys)
        fixed (TValue* v = values)
        {
            while (done < keys.Length)
            {
                var count = (uint)Math.Min(BatchSize, keys.Length - done);
                var result = LibBpf.UpdateBatch(Handle, k + done, v + done, ref count);
                if (result == -Errno.NotSupported || result == -Errno.Invalid)
                {
                    result = LibBpf.UpdateElement(Handle, k + done, v + done);
                    count = result == 0 ? 1u : 0;
                }

                done += (int)count;
                Check(result, "cannot write");
            }
        }
    }

    /// <summary>Deletes many elements; those that are not there are passed over.</summary>
    public void RemoveAll(ReadOnlySpan<TKey> keys)
    {
        fixed (TKey* k = keys)
        {
            for (var done = 0; done < keys.Length;)
            {
                var count = (uint)Math.Min(BatchSize, keys.Length - done);
                var result = LibBpf.DeleteBatch(Handle, k + done, ref count);
                if (result == -Errno.NotSupported || result == -Errno.Invalid)
                {
                    Remove(k[done]);
                    count = 1;
                }
                else if (result == -Errno.NoEntry)
                {
                    count++;
                }
                else
                {
                    Check(result, "cannot delete from");
                }

                done += (int)count;
            }
        }
    }

    /// <summary>All elements. An element that is set or deleted meanwhile may or may not be among them.</summary>
    /// <param name="capacity">The map's max_entries.</param>
    public (TKey[] Keys, TValue[] Values) ReadAll(int capacity)
    {
        var keys = new TKey[capacity];
        var values = new TValue[capacity];
        var read = 0;

        // The position in a hash is 4 bytes, in other maps a key: take the larger.
        byte* position = stackalloc byte[Math.Max(sizeof(TKey), sizeof(uint))];
        var started = false;
        fixed (TKey* k = keys)
        fixed (TValue* v = values)
        {
            while (read < capacity)
            {
                var count = (uint)(capacity - read);
                var result = LibBpf.LookupBatch(Handle, started ? position : null, position, k + read, v + read, ref count);
                if (!started && (result == -Errno.NotSupported || result == -Errno.Invalid))
                    return ReadOneByOne();
                // ENOSPC: more came in while we read than there is room for.
                if (result is not (-Errno.NoEntry or -Errno.NoSpace))
                    Check(result, "cannot read");

                started = true;
                read += (int)count;
                if (result < 0)
                    break;
            }
        }

        return (keys[..read], values[..read]);
    }

    /// <summary>All keys, with the same uncertainty.</summary>
    public List<TKey> ReadKeys()
    {
        var keys = new List<TKey>();
        TKey key = default;
        for (var result = LibBpf.GetNextKey(Handle, null, &key); result == 0; result = LibBpf.GetNextKey(Handle, &key, &key))
            keys.Add(key);
        return keys;
    }

    private (TKey[] Keys, TValue[] Values) ReadOneByOne()
    {
        var keys = new List<TKey>();
        var values = new List<TValue>();
        Unsafe.SkipInit(out TValue value);
        foreach (var key in ReadKeys())
        {
            if (!TryGet(key, ref value))
                continue;
            keys.Add(key);
            values.Add(value);
        }

        return ([.. keys], [.. values]);
    }

    private void Check(int result, string what)
    {
        if (result < 0)
        {
            throw new SteeringException(-result switch
            {
                Errno.NoMemory => $"{what} the BPF map {name}: the kernel has no memory for it (ENOMEM)",
                Errno.NoSpace or Errno.TooBig => $"{what} the BPF map {name}: it is full",
                Errno.Perm => $"{what} the BPF map {name}: permission denied; before Linux 5.19 the process must keep CAP_BPF (EPERM)",
                _ => $"{what} the BPF map {name}: {Errno.Describe(result)}",
            });
        }
    }
}
