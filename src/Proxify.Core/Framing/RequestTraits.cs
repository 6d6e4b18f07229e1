namespace Proxify.Framing;

/// <summary>What a codec knows of a whole request.</summary>
/// <param name="Class">What may become of it.</param>
/// <param name="Shape">What its reply looks like.</param>
internal readonly record struct RequestTraits(RequestClass Class, ReplyShape Shape = ReplyShape.Plain);
