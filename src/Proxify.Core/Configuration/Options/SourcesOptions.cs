using System.Net;

namespace Proxify.Configuration;

/// <summary><c>Sources</c>, of the file and of an app.</summary>
internal static class SourcesOptions
{
    public static readonly ListOption<SourcesConfig, IPNetwork> Allow = new(
        nameof(Allow), "networks", new NetworkType(), s => s.Allow, (s, value) => s with { Allow = value },
        "the sources that may connect. With this list every other source is denied, IPv4 and IPv6")
    {
        Absent = "every source",

        // It reads like nobody and would mean everybody: what a script writes that found nothing to allow.
        EmptyInFile = "is empty; leave it out to allow every source, or deny all with \"Deny\": [\"0.0.0.0/0\", \"::/0\"]",
    };

    public static readonly ListOption<SourcesConfig, IPNetwork> Deny = new(
        nameof(Deny), "networks", new NetworkType(), s => s.Deny, (s, value) => s with { Deny = value },
        "the sources that may not connect");

    public static readonly Section<SourcesConfig> Section = new("an object such as {\"Allow\": [\"10.0.0.0/8\"]}", Allow, Deny);
}
