namespace Proxify.Program.Admin;

/// <summary>What a peer may do.</summary>
internal enum AdminRights
{
    /// <summary>To have the dashboard's files, which say nothing of the proxy.</summary>
    None,

    Read,

    /// <summary>And read.</summary>
    Change,
}
