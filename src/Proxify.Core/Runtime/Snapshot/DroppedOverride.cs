using Proxify.Configuration;

namespace Proxify.Runtime;

/// <summary>A change made at run time that another config has ended.</summary>
/// <param name="App">Of which app.</param>
/// <param name="What"><c>port 9</c>, <c>target 10.0.0.1:80</c>.</param>
/// <param name="Error">That the config would have with it.</param>
internal readonly record struct DroppedOverride(string App, string What, ConfigError Error);
