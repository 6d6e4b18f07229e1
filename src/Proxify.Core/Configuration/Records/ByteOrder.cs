namespace Proxify.Configuration;

/// <summary>The order in which the bytes of a number are sent.</summary>
public enum ByteOrder
{
    /// <summary>The highest first: network order.</summary>
    Big,

    /// <summary>The lowest first.</summary>
    Little,
}
