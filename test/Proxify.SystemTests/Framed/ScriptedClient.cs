namespace Proxify.SystemTests.Framed;

/// <summary>What a script knows of the state of a client's connection.</summary>
internal sealed class ScriptedClient
{
    public bool IsInTransaction { get; set; }

    public bool IsSilent { get; set; }

    public bool SpeaksResp3 { get; set; }

    /// <summary>The key that it waits at.</summary>
    public string? WaitsAt { get; set; }

    /// <summary>Replies that are held up by that.</summary>
    public int HeldUp { get; set; }

    public HashSet<string> Channels { get; } = [];

    public HashSet<string> Patterns { get; } = [];

    /// <summary>The commands that a subscriber may say with RESP2 are few.</summary>
    public bool IsRestricted => !SpeaksResp3 && Channels.Count + Patterns.Count > 0;

    /// <summary>As RESET does it.</summary>
    public void Forget()
    {
        IsInTransaction = SpeaksResp3 = false;
        Channels.Clear();
        Patterns.Clear();
    }
}
