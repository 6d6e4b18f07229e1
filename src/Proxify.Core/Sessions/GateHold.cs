namespace Proxify.Sessions;

/// <summary>What a connection holds of what limits count, before it is a session, which holds all of it.</summary>
[Flags]
internal enum GateHold : byte
{
    None = 0,

    /// <summary>A place among the file's sessions.</summary>
    Session = 1,

    /// <summary>One of the places that the file gives to its source.</summary>
    Source = 2,
}
