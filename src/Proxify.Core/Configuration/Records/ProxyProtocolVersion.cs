namespace Proxify.Configuration;

/// <summary>How a PROXY header is written.</summary>
public enum ProxyProtocolVersion
{
    /// <summary><c>v1</c>: a line of text.</summary>
    V1,

    /// <summary><c>v2</c>: binary.</summary>
    V2,
}
