using System.Runtime.InteropServices;

namespace Proxify.Linux;

public static unsafe partial class LibBpf
{
    private const int BpfSkLookup = 36;

    /// <summary>Attaches an sk_lookup program to a network namespace; the result is the link's descriptor.</summary>
    public static int AttachSkLookup(SafeBpfHandle program, SafeHandle networkNamespace)
    {
        var held = false;
        networkNamespace.DangerousAddRef(ref held);
        try
        {
            return bpf_link_create(program, (int)networkNamespace.DangerousGetHandle(), BpfSkLookup, null);
        }
        finally
        {
            networkNamespace.DangerousRelease();
        }
    }

    /// <summary>
    /// The ids of the sk_lookup programs that are attached to a network namespace, in the order in which they run (needs CAP_NET_ADMIN): how many there are, or
    /// -errno.
    /// </summary>
    public static int QuerySkLookup(SafeHandle networkNamespace, Span<uint> ids)
    {
        var held = false;
        networkNamespace.DangerousAddRef(ref held);
        try
        {
            var count = (uint)ids.Length;
            uint flags;
            fixed (uint* first = ids)
            {
                var result = bpf_prog_query((int)networkNamespace.DangerousGetHandle(), BpfSkLookup, 0, &flags, first, &count);
                return result < 0 ? result : (int)count;
            }
        }
        finally
        {
            networkNamespace.DangerousRelease();
        }
    }

    /// <summary>Ties a map that a program does not use to the program's life, so that it is listed among the program's maps (kernel 5.10).</summary>
    public static int BindMap(SafeBpfHandle program, SafeBpfHandle map) => bpf_prog_bind_map(program, map, null);

    /// <summary>
    /// Runs an sk_lookup program on a made-up lookup (BPF_PROG_TEST_RUN, kernel 5.13): no packet, no side effect but the counters.
    /// <paramref name="nanoseconds"/> is the mean of <paramref name="repeat"/> runs.
    /// </summary>
    public static int TestRun(SafeBpfHandle program, ref BpfSkLookup lookup, int repeat, out uint verdict, out uint nanoseconds)
    {
        fixed (BpfSkLookup* context = &lookup)
        {
            var options = new TestRunOptions
            {
                Size = (nuint)sizeof(TestRunOptions),
                ContextIn = context,
                ContextOut = context,
                ContextSizeIn = (uint)sizeof(BpfSkLookup),
                ContextSizeOut = (uint)sizeof(BpfSkLookup),
                Repeat = repeat,
            };
            var result = bpf_prog_test_run_opts(program, &options);
            verdict = options.ReturnValue;
            nanoseconds = options.Duration;
            return result;
        }
    }

    [LibraryImport(Library)]
    private static partial int bpf_link_create(SafeBpfHandle program, int target, int attachType, void* options);

    [LibraryImport(Library)]
    private static partial int bpf_prog_query(int target, int attachType, uint queryFlags, uint* attachFlags, uint* ids, uint* count);

    [LibraryImport(Library)]
    private static partial int bpf_prog_bind_map(SafeBpfHandle program, SafeBpfHandle map, void* options);

    [LibraryImport(Library)]
    private static partial int bpf_prog_test_run_opts(SafeBpfHandle program, TestRunOptions* options);

    /// <summary>struct bpf_test_run_opts.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TestRunOptions
    {
        public nuint Size;
        public void* DataIn;
        public void* DataOut;
        public uint DataSizeIn;
        public uint DataSizeOut;
        public void* ContextIn;
        public void* ContextOut;
        public uint ContextSizeIn;
        public uint ContextSizeOut;
        public uint ReturnValue;
        public int Repeat;
        public uint Duration;
        public uint Flags;
        public uint Cpu;
        public uint BatchSize;
    }
}
