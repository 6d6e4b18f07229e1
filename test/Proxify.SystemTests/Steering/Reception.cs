namespace Proxify.SystemTests.Steering;

/// <summary>How a client fares.</summary>
internal enum Reception
{
    /// <summary>Its byte came back.</summary>
    Served,

    /// <summary>A RST in answer to the SYN: "connection refused".</summary>
    Refused,

    /// <summary>A RST on the established connection.</summary>
    Reset,
}
