using Proxify.Resolution;
using Proxify.Tests.Configuration;

namespace Proxify.Tests.Resolution;

public sealed class WatchedFileTests
{
    [Fact]
    public void Read_reads_again_only_what_has_changed_and_takes_a_missing_file_for_an_empty_one()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("hosts");
        var file = new WatchedFile<string[]>(path, lines => [.. lines]);

        Assert.Empty(file.Read());
        File.WriteAllText(path, "one");
        var one = file.Read();
        Assert.Equal(["one"], one);
        Assert.Same(one, file.Read());
        File.WriteAllText(path, "another");
        Assert.Equal(["another"], file.Read());
        File.Delete(path);
        Assert.Empty(file.Read());
    }

    [Fact]
    public void Read_sees_a_change_behind_a_link()
    {
        using var folder = new TemporaryFolder();
        var (real, link) = (folder.File("stub-resolv.conf"), folder.File("resolv.conf"));
        File.WriteAllText(real, "one");
        File.CreateSymbolicLink(link, real);
        var file = new WatchedFile<string[]>(link, lines => [.. lines]);
        Assert.Equal(["one"], file.Read());

        File.WriteAllText(real + ".new", "another");
        File.Move(real + ".new", real, overwrite: true);

        Assert.Equal(["another"], file.Read());
    }
}
