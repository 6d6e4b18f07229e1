namespace Proxify.Configuration;

/// <summary>A text that is part of a config.</summary>
/// <param name="Name">Where it comes from, for errors: <c>/proxify/apps/web</c>.</param>
/// <param name="Text">JSON in UTF-8: an object.</param>
internal readonly record struct ConfigPart(string Name, ReadOnlyMemory<byte> Text);
