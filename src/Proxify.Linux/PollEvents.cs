namespace Proxify.Linux;

/// <summary>The events of poll(2).</summary>
[Flags]
public enum PollEvents
{
    None = 0,
    In = 0x001,
    Out = 0x004,

    /// <summary>The connection was reset or failed.</summary>
    Error = 0x008,

    /// <summary>Both directions have ended.</summary>
    HangUp = 0x010,

    /// <summary>The peer has sent FIN.</summary>
    ReadHangUp = 0x2000,
}
