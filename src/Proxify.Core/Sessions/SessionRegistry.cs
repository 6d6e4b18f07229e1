namespace Proxify.Sessions;

/// <summary>The live sessions.</summary>
internal sealed class SessionRegistry : Registry<Session>;
