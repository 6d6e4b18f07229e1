using System.Collections.Immutable;
using System.Text;
using Proxify.Configuration;
using Proxify.Program.Etcd;

namespace Proxify.Tests.Etcd;

public sealed class EtcdKeysTests
{
    private const string Web = """{ "Name": "web", "Ports": [7001], "Targets": ["127.0.0.1:9001"] }""";

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Apps_are_in_the_order_of_their_keys()
    {
        var config = Keys(("apps/b", Web), ("apps/a", Web.Replace("web", "a", StringComparison.Ordinal).Replace("7001", "7002", StringComparison.Ordinal)))
            .Read("/p/").ConfigOrThrow();

        Assert.Equal(["a", "web"], config.Apps.Select(app => app.Name));
    }

    [Theory]
    [InlineData("app/web", "/p/app/web: means nothing here; expected config, apps/…, files/…, changes/…")]
    [InlineData("files/../x", "/p/files/../x: \"../x\" is no name of a file here")]
    [InlineData("files/.x", "is no name of a file here")]
    [InlineData("files/", "is no name of a file here")]
    public void Keys_that_mean_nothing_are_errors(string key, string expected) =>
        Assert.Contains(expected, Assert.Single(Keys(("apps/a", Web), (key, "")).Read("/p/").Errors).ToString("-"), StringComparison.Ordinal);

    [Fact]
    public void No_keys_are_an_error() =>
        Assert.Equal("etcd://a/p: no config is there; expected the key /p/config, or keys that begin with /p/apps/",
            Assert.Single(EtcdKeys.None.Read("/p/").Errors).ToString("etcd://a/p"));

    [Fact]
    public void Changes_are_applied_in_their_order_up_to_the_last_ones_revision()
    {
        var keys = Keys(("a", "1"), ("b", "2")).After([Put("c", "3", 11), Delete("a", 12), Put("b", "4", 13)], "/p/");

        Assert.Equal(13, keys.Revision);
        Assert.Equal(["b=4", "c=3"], keys.Values.Select(value => $"{value.Key}={Encoding.UTF8.GetString(value.Value)}"));
    }

    [Fact]
    public void Marks_are_no_part_of_the_config()
    {
        var keys = Keys(("apps/a", Web));
        var marked = Keys(("apps/a", Web), ("changes/web/x", """{"state":"drained"}"""));

        Assert.True(keys.HasConfigOf(marked));
        Assert.False(keys.HasConfigOf(Keys(("apps/a", Web + " "))));
        Assert.Equal(["apps/a", "changes/web/x"], marked.WithConfigOf(keys).Values.Keys);
    }

    [Fact]
    public void A_mark_is_read_as_it_was_written()
    {
        var mark = new TargetMark("me@here", "m1", Now, EndsSessions: true, TimeSpan.FromMinutes(5), Now.AddHours(1));
        var key = MarkText.Key("a/b c", "[::1]:80");

        Assert.Equal("a%2Fb%20c/%5B%3A%3A1%5D%3A80", key);
        Assert.Equal(("a/b c", "[::1]:80"), MarkText.Read(key, MarkText.Write(mark), out var read));
        Assert.Equal(mark, read);
    }

    [Theory]
    [InlineData("web", """{"state":"drained"}""", "expected an app and a target")]
    [InlineData("web/x", "", "expected {\"state\": \"drained\"}")]
    [InlineData("web/x", "null", "expected {\"state\": \"drained\"}")]
    [InlineData("web/x", """{"state":"gone"}""", "the state is \"gone\"")]
    [InlineData("web/x", """{"state":"drained","within":-1}""", "within is -1")]
    public void What_is_no_mark_is_told_and_left_out(string key, string value, string expected)
    {
        var told = new List<string>();
        var marks = Keys(("changes/" + key, value), ("changes/web/good", """{"state":"disabled"}""")).TargetMarks((_, why) => told.Add(why), Now);

        Assert.Contains(expected, Assert.Single(told), StringComparison.Ordinal);
        Assert.Equal(("web", "good"), Assert.Single(marks.Keys));
    }

    [Fact]
    public void Marks_whose_time_is_over_are_left_out()
    {
        var over = new TargetMark("me", "m", Now, false, null, Now);

        Assert.Empty(Keys(("changes/web/x", Encoding.UTF8.GetString(MarkText.Write(over)))).TargetMarks((_, _) => { }, Now));
    }

    [Fact]
    public async Task Lines_are_read_one_by_one_and_also_without_an_end()
    {
        using var stream = new MemoryStream("{\"TTL\":\"1\"}\n\n{\"TTL\":\"2\"}\n{\"TTL\":\"3\"}"u8.ToArray());
        using var lines = new LineReader(stream);
        var read = new List<long>();
        while (await lines.ReadAsync(EtcdJson.Default.LeaseAnswer, TestContext.Current.CancellationToken) is { } line)
            read.Add(line.TTL);

        Assert.Equal([1, 2, 3], read);
    }

    private static EtcdKeys Keys(params (string Key, string Value)[] values) =>
        new(1, 10, values.ToImmutableSortedDictionary(value => value.Key, value => Encoding.UTF8.GetBytes(value.Value), StringComparer.Ordinal));

    private static EtcdEvent Put(string key, string value, long revision) =>
        new() { Kv = new EtcdKeyValue { Key = Encoding.UTF8.GetBytes("/p/" + key), Value = Encoding.UTF8.GetBytes(value), ModRevision = revision } };

    private static EtcdEvent Delete(string key, long revision) => Put(key, "", revision) with { Type = "DELETE" };
}
