using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Tests.Sessions;

public sealed class RelayEndTableTests
{
    [Fact]
    public void Every_end_has_a_reason_of_its_own_and_an_aborted_one_that_of_its_session()
    {
        var model = TestConfigs.ModelOf(TestConfigs.App("a", [5001], "10.0.0.1:1"));
        var session = new Session(new FakeConnection(default, default), model, model.Apps[0], startedAt: 0);
        session.Abort(TerminationReason.Drained);

        var reasons = Enum.GetValues<RelayEnd>().Except([RelayEnd.Suspended]).ToDictionary(end => end, end => RelayEndTable.ReasonOf(end, session));

        Assert.Equal(reasons.Count, reasons.Values.Distinct().Count());
        Assert.Equal(TerminationReason.Drained, reasons[RelayEnd.Aborted]);
    }
}
