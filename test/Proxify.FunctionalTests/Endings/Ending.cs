namespace Proxify.FunctionalTests.Endings;

/// <summary>How a peer closes its socket when it has done its steps.</summary>
internal enum Ending
{
    /// <summary>After FIN, and when it has seen the other one's end.</summary>
    Orderly,

    /// <summary>Without a FIN, when its kernel has been told that the connection is over: somebody who only waits.</summary>
    Hold,

    /// <summary>At once and by RST (SO_LINGER of zero, socket(7)).</summary>
    Reset,

    /// <summary>At once by close(2), which sends FIN, or RST when bytes wait unread or still come (RFC 2525, 2.17).</summary>
    Close,
}
