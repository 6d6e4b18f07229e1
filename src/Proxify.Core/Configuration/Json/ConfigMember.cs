namespace Proxify.Configuration;

/// <summary>One key and its value in a JSON object.</summary>
/// <param name="Name">The key.</param>
/// <param name="At">The first byte of the key.</param>
/// <param name="Value">The value.</param>
internal readonly record struct ConfigMember(string Name, TextPosition At, ConfigNode Value);
