namespace Proxify.Configuration;

/// <summary>A target, where it is written as an object.</summary>
internal static class TargetOptions
{
    public const int MostWeight = 256;

    public static readonly TargetAddressOption Address = new() { IsRequired = true };

    public static readonly ValueOption<TargetConfig, int> Weight = new(
        nameof(Weight), new WholeNumberType(0, MostWeight), t => t.Weight, (t, value) => t with { Weight = value },
        "share of new sessions relative to the app's other targets. `0`: it takes no new sessions, and those that it has go on", 1);

    public static readonly ValueOption<TargetConfig, bool> Backup = new(
        nameof(Backup), new FlagType(), t => t.Backup, (t, value) => t with { Backup = value },
        "the target is used only when no other target of the app is available, and for a session that has failed to reach any other", false);

    public static readonly Section<TargetConfig> Section = new(
        "a target such as \"127.0.0.1:7001\" or {\"Address\": \"127.0.0.1:7001\", \"Weight\": 1}", Address, Weight, Backup);
}
