using Proxify.Transport;

namespace Proxify.Health;

/// <summary>A kind of active check: what has to be agreed on with the target before the check talks to it.</summary>
internal interface ICheckType
{
    /// <summary>As in the config: <c>tls</c>.</summary>
    string Name { get; }

    /// <summary>A success means that the target itself has answered. False: its kernel is enough.</summary>
    bool NeedsAnswer { get; }

    /// <param name="connection">Connected; aborted when the check's time is over.</param>
    /// <param name="task">The check.</param>
    /// <returns>Null: what the check says and hears goes through the connection. Otherwise what is wrong, in a few words.</returns>
    ValueTask<string?> OpenAsync(Connection connection, CheckTask task);
}
