namespace Proxify.SystemTests.Etcd;

/// <summary>Users of an etcd: root, one for a proxy, who may read and write below its prefix, and one who may only read there.</summary>
internal sealed class EtcdUsers
{
    private const string RootPassword = "the root's";
    private const string Password = "pass:word/+=";

    private readonly string _folder;

    private EtcdUsers(string folder) => _folder = folder;

    /// <summary>The proxy's, as options of its place.</summary>
    public string Proxify => As("proxify", Password);

    public string Reader => As("reader", Password);

    /// <summary>etcdctl's options of the one who may do everything.</summary>
    public static string[] Root { get; } = ["--user", $"root:{RootPassword}"];

    public static async Task<EtcdUsers> AddAsync(Lab lab, Etcdctl store)
    {
        await store.SucceedAsync("user", "add", "root", $"--new-user-password={RootPassword}");
        await store.SucceedAsync("user", "grant-role", "root", "root");
        foreach (var (user, rights) in new[] { ("proxify", "readwrite"), ("reader", "read") })
        {
            await store.SucceedAsync("user", "add", user, $"--new-user-password={Password}");
            await store.SucceedAsync("role", "add", user);
            await store.SucceedAsync("role", "grant-permission", user, "--prefix=true", rights, "/proxify/");
            await store.SucceedAsync("user", "grant-role", user, user);
        }

        await store.SucceedAsync("auth", "enable");
        return new EtcdUsers(lab.Directory);
    }

    /// <summary>Gives the proxy's user its password again: what it had been told by then is not valid any more.</summary>
    public static async Task EndTokensAsync(Etcdctl store) =>
        (await store.RunWithInputAsync($"{Password}\n", "user", "passwd", "proxify", "--interactive=false")).Succeeded();

    /// <summary>Somebody, as options of a proxy's place.</summary>
    public string As(string user, string password)
    {
        var file = Path.Combine(_folder, $"password-{Guid.NewGuid():N}");
        File.WriteAllText(file, password + "\n");
        return $"&user={user}&password={file}";
    }
}
