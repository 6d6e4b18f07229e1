using Proxify.Linux;

namespace Proxify.Steering;

/// <summary>The per-CPU counters. The kernel hands out all CPUs' values of an element side by side.</summary>
internal sealed unsafe class CountersMap(SafeBpfHandle handle)
{
    public SteeringCounters Read()
    {
        var cpus = LibBpf.PossibleCpus;
        if (cpus <= 0)
            throw new SteeringException(
                $"cannot read the BPF map {KernelLayout.CountersMap}: how many processors there are is unknown (/sys/devices/system/cpu/possible)");
        var perCpu = new SteeringCounters[cpus];
        uint key = 0;
        int result;
        fixed (SteeringCounters* values = perCpu)
            result = LibBpf.LookupElement(handle, &key, values);
        if (result < 0)
            throw new SteeringException($"cannot read the BPF map {KernelLayout.CountersMap}: {Errno.Describe(result)}");

        var sum = default(SteeringCounters);
        foreach (var counters in perCpu)
            sum += counters;
        return sum;
    }
}
