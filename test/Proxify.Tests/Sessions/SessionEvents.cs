using System.Globalization;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Tests.Sessions;

/// <summary>An observer that keeps what it is told, in words.</summary>
internal sealed class SessionEvents : ISessionObserver
{
    public List<string> Told { get; } = [];

    public void Refused(Connection client, TcpEndpoint source, in GateVerdict verdict) => Told.Add($"refused for {verdict.Refusal?.ToWord()}");

    public void Began(Session session) => Told.Add("began");

    public void Connected(Session session) =>
        Told.Add(string.Create(CultureInfo.InvariantCulture, $"connected after {session.ConnectTime?.TotalSeconds} s"));

    public void Ending(Session session, TerminationReason reason) => Told.Add($"ending for {reason.ToWord()}{(session.HasPlace ? "" : " without a place")}");

    public void Ended(Session session, TerminationReason reason) => Told.Add($"ended for {reason.ToWord()}{(session.HasPlace ? " with a place" : "")}");
}
