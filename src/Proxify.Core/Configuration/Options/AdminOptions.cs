using System.Net;

namespace Proxify.Configuration;

/// <summary><c>Admin</c>.</summary>
internal static class AdminOptions
{
    public const string Off = "off";

    private const int MostEndpoints = 16;

    public static readonly ReferenceOption<AdminConfig, string> Socket = new(
        nameof(Socket), TlsText.File, a => a.Socket, (a, value) => a with { Socket = value },
        "the path of the UNIX socket that it answers on, for its user and group; `\"off\"`: none")
    { Absent = "[the first that can be](operations.md#the-admin-socket)" };

    public static readonly ListOption<AdminConfig, IPEndPoint> Listen = new(
        nameof(Listen), "endpoints", new EndpointType(), a => a.Listen, (a, value) => a with { Listen = value },
        "where it answers over TCP: `\"127.0.0.1:9600\"`, `\"[::1]:9600\"`. Beyond loopback only with a `Token`")
    {
        Absent = "none",
        Most = MostEndpoints,
        TooMany = $"endpoints; expected at most {MostEndpoints}",
    };

    public static readonly ReferenceOption<AdminConfig, string> Token = new(
        nameof(Token), TlsText.File, a => a.Token, (a, value) => a with { Token = value },
        "a file with the bearer token that whoever changes something over TCP has to show, and beyond loopback whoever reads")
    { Absent = "over TCP nothing can be changed" };

    public static readonly Section<AdminConfig> Section = new("an object such as {\"Listen\": [\"127.0.0.1:9600\"]}", Socket, Listen, Token);
}
