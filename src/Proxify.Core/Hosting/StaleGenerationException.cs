namespace Proxify.Hosting;

/// <summary>Something else is in force than what a change was made for.</summary>
internal sealed class StaleGenerationException() : Exception("something else is in force than what this change was made for; look again");
