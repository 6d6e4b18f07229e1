namespace Proxify.Prefaces;

/// <summary>What a PostgreSQL client wants next of a server that has not seen its startup message yet.</summary>
internal enum PostgresStep
{
    /// <summary>More has to come to know it.</summary>
    Incomplete,

    /// <summary>It asks whether the server speaks TLS (SSLRequest): <see cref="PostgresGreeting.Yes"/>, and a ClientHello follows.</summary>
    AsksForTls,

    /// <summary>It asks for encryption by GSSAPI: <see cref="PostgresGreeting.No"/>, and it asks for something else.</summary>
    AsksForGss,

    /// <summary>It begins with a ClientHello: after it was told yes, or without asking.</summary>
    BeginsTls,

    /// <summary>It goes on without TLS, or is no PostgreSQL client at all.</summary>
    Plain,

    /// <summary>
    /// It has sent more than its question before it had the answer, or after a yes something else than a ClientHello. That may be somebody else's bytes, put in
    /// front of those of the client that follow under TLS (CVE-2021-23214).
    /// </summary>
    Broken,
}
