namespace Proxify.Runtime;

/// <summary>The PROXY header that an app's targets get.</summary>
/// <param name="IsBinary">Version 2; otherwise version 1.</param>
internal sealed record SentHeaderModel(bool IsBinary);
