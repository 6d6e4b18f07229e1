using Proxify.Peers.Works;

namespace Proxify.Peers.Contenders;

/// <summary>proxify, which knows the protocol and shares connections to the target.</summary>
/// <param name="binary">The program.</param>
/// <param name="name">For the command line and the table.</param>
/// <param name="connections">To the target, for each worker. Null: its default.</param>
/// <param name="caches">It also answers from a cache.</param>
sealed class FramedContender(FileInfo binary, string name, int? connections, bool caches) : ProxifyContender(binary, name)
{
    public override bool SharesConnections => true;

    public override bool Suits(IWork work) => work.Protocol is not null && (work.IsForCaches || !caches);

    protected override string AppOptions(IWork work) =>
        $$""", "Protocol": "{{work.Protocol}}" """
        + (work.Protocol == "length-prefixed" ? """, "LengthPrefix": {}""" : "")
        + (connections is null ? "" : $$""", "Requests": { "Connections": {{connections}} }""")
        + (caches ? """, "Cache": {}""" : "");
}
