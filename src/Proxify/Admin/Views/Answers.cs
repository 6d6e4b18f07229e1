namespace Proxify.Program.Admin.Views;

/// <param name="Generation">In force now.</param>
/// <param name="Before">The weight that it had.</param>
/// <param name="Weight">The weight that it has.</param>
/// <param name="Killed">Live sessions that were ended.</param>
/// <param name="NotKept">Why the change ends with the process although there is a state file; null: it is kept, or there is none.</param>
internal sealed record WeightAnswer(long Generation, int Before, int Weight, int Killed, string? NotKept);

/// <param name="Generation">In force now.</param>
/// <param name="Changed">False: it was so before.</param>
/// <param name="NotKept">Why the change ends with the process although there is a state file; null: it is kept, or there is none.</param>
internal sealed record ChangeAnswer(long Generation, bool Changed, string? NotKept);

/// <param name="Changed">False: there was nothing to be ended.</param>
/// <param name="Mark">What holds for all proxies now; null: nothing.</param>
internal sealed record MarkAnswer(bool Changed, MarkView? Mark);

/// <param name="Killed">How many.</param>
internal sealed record KillAnswer(int Killed);

/// <param name="Successor">The number of the process that serves now; null: this one does.</param>
/// <param name="Taken">Live sessions that it has taken.</param>
/// <param name="Left">Live sessions that this one keeps, which ends when they have.</param>
/// <param name="Problem">Why nothing has changed; null: it has.</param>
internal sealed record UpgradeView(int? Successor, int Taken, int Left, string? Problem);

/// <param name="Error">What is wrong, in words.</param>
internal sealed record ErrorAnswer(string Error);

/// <param name="Level">The least level that is logged.</param>
/// <param name="Before">What it was.</param>
internal sealed record LogLevelAnswer(string Level, string Before);

/// <param name="Weight">0-256; null: the config's own.</param>
internal sealed record WeightBody(int? Weight);

/// <param name="Target">Address and port, as a config has it.</param>
/// <param name="Weight">1-256.</param>
/// <param name="Backup">Used only when no other target is available.</param>
internal sealed record TargetBody(string Target, int Weight = 1, bool Backup = false);

/// <param name="Level">As of <c>--log-level</c>.</param>
internal sealed record LogLevelBody(string Level);
