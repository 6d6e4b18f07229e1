namespace Proxify.Resolution;

/// <summary>What came of a question: a response that is an answer, or why there is none.</summary>
internal readonly record struct DnsReply(DnsResponse? Answer, string? Problem);
