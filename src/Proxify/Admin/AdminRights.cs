namespace Proxify.Program.Admin;

/// <summary>What a peer may do.</summary>
internal enum AdminRights
{
    Read,

    /// <summary>And read.</summary>
    Change,
}
