namespace Proxify.Health;

/// <summary>What a dial, a session or the passing of time changes about a target.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Cause">Of an ejection.</param>
/// <param name="Why">Of a return: as the log line says it.</param>
internal readonly record struct EjectStep(EjectStepKind Kind, EjectCause Cause = default, string? Why = null)
{
    public static readonly EjectStep None;

    public static EjectStep Eject(EjectCause cause) => new(EjectStepKind.Eject, cause);

    public static EjectStep Return(string why) => new(EjectStepKind.Return, Why: why);
}
