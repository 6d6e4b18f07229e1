using System.Reflection;
using Proxify.Linux;

namespace Proxify.Steering;

/// <summary>The descriptors of everything that steering has in the kernel. They, and nothing else, keep it there.</summary>
internal sealed class SteeringHandles : IDisposable
{
    private const string Resource = "steering.bpf.o";
    private const int Count = 11;

    private readonly SafeBpfHandle[] _all;

    private SteeringHandles(SafeBpfHandle[] all) => _all = all;

    public SafeBpfHandle Program => _all[0];

    public SafeBpfHandle Ports => _all[1];

    public SafeBpfHandle Socket => _all[2];

    public SafeBpfHandle Sources => _all[3];

    public SafeBpfHandle Rules => _all[4];

    public SafeBpfHandle RulesTableA => _all[5];

    public SafeBpfHandle RulesTableB => _all[6];

    public SafeBpfHandle Apps => _all[7];

    public SafeBpfHandle Counters => _all[8];

    public SafeBpfHandle Limits => _all[9];

    public SafeBpfHandle Buckets => _all[10];

    public IEnumerable<int> Descriptors => _all.Select(handle => handle.Descriptor);

    /// <summary>Descriptors that another image of this process has opened, in <see cref="Descriptors"/>' order; null if they are something else.</summary>
    public static SteeringHandles? Import(IReadOnlyList<int> descriptors)
    {
        if (descriptors.Count != Count)
            return null;

        var handles = new SteeringHandles([.. descriptors.Select(descriptor => new SafeBpfHandle(descriptor))]);
        return LibBpf.GetInfo(handles.Program, out var info, []) == 0 && info.Name == KernelLayout.Program ? handles : null;
    }

    /// <summary>Verifies and loads the program, and creates the maps. Nothing is attached yet.</summary>
    /// <exception cref="SteeringException">The kernel refuses.</exception>
    public static SteeringHandles Load()
    {
        const string What = "cannot load the steering program";
        using var bpfObject = LibBpf.OpenObject(ReadResource());
        if (bpfObject.IsInvalid)
            throw new SteeringException($"{What}: libbpf cannot parse it");

        var (result, log) = LibBpf.Capture(() => LibBpf.LoadObject(bpfObject));
        if (result < 0)
            throw SteeringRequirements.Explain(What, result, log);

        // The object is let go at the end: only the kernel's side of it is needed from now on.
        string[] maps =
        [
            KernelLayout.PortsMap, KernelLayout.SocketMap, KernelLayout.SourcesMap, KernelLayout.RulesMap,
            KernelLayout.RulesTableA, KernelLayout.RulesTableB, KernelLayout.AppsMap, KernelLayout.CountersMap,
            KernelLayout.LimitsMap, KernelLayout.BucketsMap,
        ];
        var handles = new SteeringHandles([
            Duplicate(LibBpf.FindProgram(bpfObject, KernelLayout.Program)),
            .. maps.Select(map => Duplicate(LibBpf.FindMap(bpfObject, map)))]);

        // For the looks of it only (bpftool prog shows it with the others), and not before Linux 5.10: no reason to fail.
        LibBpf.BindMap(handles.Program, handles.Apps);
        return handles;
    }

    public void Dispose()
    {
        foreach (var handle in _all)
            handle.Dispose();
    }

    private static SafeBpfHandle Duplicate(int descriptor)
    {
        var own = descriptor < 0 ? descriptor : Libc.Duplicate(descriptor);
        return own >= 0 ? new SafeBpfHandle(own) : throw new SteeringException("cannot load the steering program: too many open files (EMFILE)");
    }

    private static byte[] ReadResource()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)
            ?? throw new SteeringException("this proxify was built without steering");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
