using Proxify.Program.Admin.Client;
using Proxify.Program.Admin.Views;

namespace Proxify.Tests.Admin;

public sealed class FleetTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Machines_that_agree_are_rows_and_one_line()
    {
        Assert.Equal(
            """
            etcd://10.0.0.5/proxify, revision 812

            MACHINE  VERSION  UP     GENERATION  REVISION  SESSIONS  TARGETS UP  WRONG
            edge-1   0.1.0    2d 3h          12       812     1,204         3/3
            edge-2*  0.1.0    2d 3h          12       812         7         3/3
            * this one

            All 2 have the newest config.
            """,
            Describe(Machine("edge-1") with { Sessions = 1204 }, Machine("edge-2")));
    }

    [Fact]
    public void Same_config_read_later_is_not_a_newer_one()
    {
        Assert.EndsWith("All 2 have the newest config.", Describe(Machine("edge-1") with { Revision = 930 }, Machine("edge-2")), StringComparison.Ordinal);
    }

    [Fact]
    public void Machines_that_refuse_it_are_named_with_their_reasons()
    {
        string[] wrong = ["/proxify/apps/web:3:17: Apps[1].Ports[0]: port 0 is out of range", "/proxify/config:1:2: …"];

        var text = Describe(
            Machine("edge-1") with { Problems = wrong, ConfigSha256 = "old", Revision = 700 }, Machine("edge-2"),
            Machine("edge-3") with { Problems = wrong, ConfigSha256 = "old", Revision = 700 },
            Machine("edge-4") with { Problems = ["port 80 is in use"], ConfigSha256 = "old", Revision = 700 });

        Assert.Contains("\nedge-4   0.1.0    2d 3h          12       700         7         3/3  config refused\n", text, StringComparison.Ordinal);
        Assert.EndsWith(
            $"\n\nedge-1, edge-3 do not have the newest config:\n  {wrong[0]}\n  {wrong[1]}\n\nedge-4 does not have the newest config:\n  port 80 is in use",
            text, StringComparison.Ordinal);
    }

    [Fact]
    public void Machine_with_another_config_and_no_reason_has_an_older_one()
    {
        var text = Describe(Machine("edge-1") with { ConfigSha256 = "old", Revision = 700 }, Machine("edge-2"));

        Assert.Contains("older config\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n\nedge-1 still has the config of revision 700.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_else_is_wrong_is_in_the_row()
    {
        var text = Describe(Machine("edge-1") with { State = "stopping", Targets = 9, TargetsUp = 5, Down = ["web a", "web b", "db c"] });

        Assert.Contains(" 5/9  stopping; down: web a, web b and 2 more\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n\nIt has the newest config.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Marks_say_who_and_until_when()
    {
        var fleet = Fleet(Machine("edge-1")) with
        {
            Marks =
            [
                new("db", "10.0.0.9:5432", "disabled", "root", "edge-1", Now.AddHours(-3), null, null),
                new("web", "10.0.0.6:80", "drained", "by\nhand", "-", default, null, null),
                new("web", "10.0.0.7:80", "drained", "alice", "edge-2", Now.AddMinutes(-5), Now.AddMinutes(25), null),
            ],
        };

        Assert.EndsWith(
            """


            APP  TARGET         STATE     BY            VIA     SINCE  ENDS
            db   10.0.0.9:5432  disabled  root          edge-1  3h 0m  by enable
            web  10.0.0.6:80    drained   by\u000ahand  -       -      by enable
            web  10.0.0.7:80    drained   alice         edge-2  5m 0s  in 25m 0s
            """,
            FleetText.Describe(fleet, Now), StringComparison.Ordinal);
    }

    private static string Describe(params MachineView[] machines) => FleetText.Describe(Fleet(machines), Now);

    private static FleetView Fleet(params MachineView[] machines) =>
        new() { Source = "etcd://10.0.0.5/proxify", Self = "edge-2", Revision = 812, Machines = machines, Marks = [] };

    private static MachineView Machine(string name) => new()
    {
        Name = name,
        State = "running",
        Version = "0.1.0+abcdef",
        Pid = 1,
        StartedAt = Now.AddHours(-51),
        WrittenAt = Now,
        Transport = "uring",
        Generation = 12,
        Revision = 812,
        ConfigSha256 = "new",
        Problems = [],
        Sessions = 7,
        Apps = 1,
        Targets = 3,
        TargetsUp = 3,
        Down = [],
    };
}
