namespace Proxify.Hosting;

/// <summary>What a reload has come to.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Problems">Why the file is not in force; empty: it is.</param>
internal sealed record ReloadResult(DateTimeOffset At, IReadOnlyList<string> Problems);
