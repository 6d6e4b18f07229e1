using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>struct pollfd (poll(2)).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PollEntry
{
    public int Descriptor;
    private short _events;
    private short _returned;

    /// <summary>What is waited for; errors always are.</summary>
    public PollEvents Events
    {
        readonly get => (PollEvents)_events;
        set => _events = (short)value;
    }

    /// <summary>What has come.</summary>
    public readonly PollEvents Returned => (PollEvents)(ushort)_returned;
}
