namespace Proxify.SystemTests;

/// <summary>Whether a build can have libbpf inside is tried, not assumed; and where it can, nothing needs to be installed to steer.</summary>
public sealed class StaticLibBpfTests
{
    /// <summary>As elfutils 0.192 ships it: libelf.a calls two functions of a library that nobody ships.</summary>
    [Fact]
    public async Task Libelf_without_its_search_tree_links()
    {
        await using var lab = await Lab.CreateAsync();
        await BuildArchivesAsync(lab,
            "void eu_search_tree_init(void *); void eu_search_tree_fini(void *, void *); void *root; void elf_begin(void) { eu_search_tree_init(&root); eu_search_tree_fini(&root, 0); }");

        var archives = (await TryAsync(lab)).Succeeded().Output.Split('\n');

        Assert.Equal(["lib/libbpf.a", "lib/libelf.a", "out/libelf-0.192.a"], archives);
    }

    [Fact]
    public async Task Archives_that_do_not_link_are_refused_with_the_linkers_own_words()
    {
        await using var lab = await Lab.CreateAsync();
        await BuildArchivesAsync(lab, "void eu_new_in_0_999(void); void elf_begin(void) { eu_new_in_0_999(); }");

        var result = await TryAsync(lab);

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Matches("undefined (reference|symbol).*eu_new_in_0_999", result.Errors);
    }

    [Fact]
    public async Task Missing_archives_are_refused_with_the_packages_that_bring_them()
    {
        await using var lab = await Lab.CreateAsync();

        var result = await TryAsync(lab);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("libelf-dev", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Binary_knows_libbpf_where_none_is_installed()
    {
        await using var lab = await Lab.CreateAsync();
        // The dynamic linker takes an empty file for no library at all.
        var hidden = Path.Combine(lab.Directory, "empty");
        await File.WriteAllBytesAsync(hidden, [], TestContext.Current.CancellationToken);
        string[] folders = ["/usr/lib", .. Directory.GetDirectories("/usr/lib", "*-linux-gnu")];
        var libraries = folders.SelectMany(static folder => Directory.GetFiles(folder, "libbpf.so*").Concat(Directory.GetFiles(folder, "libelf*.so*")))
            .Where(static path => new FileInfo(path).LinkTarget is null);

        var result = await lab.RunAsync(
        [
            Tool.Require("bwrap", "bubblewrap"), "--die-with-parent", "--dev-bind", "/", "/",
            .. libraries.SelectMany(path => new[] { "--ro-bind", hidden, path }),
            Repository.Binary, "steering",
        ]);

        Assert.Equal("proxify: nothing is steered in this network namespace", result.Errors);
    }

    /// <summary>A libbpf.a whose loader needs <paramref name="libelf"/>, C source of all that libelf.a shall hold.</summary>
    private static async Task BuildArchivesAsync(Lab lab, string libelf)
    {
        var clang = Tool.Require("clang", "clang");
        var ar = Tool.Require("ar", "binutils");
        Directory.CreateDirectory(Path.Combine(lab.Directory, "lib"));
        await CompileAsync("libbpf",
            "void elf_begin(void); void *bpf_object__open_mem(void) { elf_begin(); return 0; } int bpf_object__load(void *o) { return o != 0; }");
        await CompileAsync("libelf", libelf);

        async Task CompileAsync(string name, string source)
        {
            (await lab.RunAsync([clang, "-fPIC", "-x", "c", "-c", "-", "-o", $"{name}.o"], source)).Succeeded();
            (await lab.RunAsync([ar, "rcs", $"lib/{name}.a", $"{name}.o"])).Succeeded();
        }
    }

    private static async Task<ToolResult> TryAsync(Lab lab)
    {
        // What libelf would find at the end of a real link.
        (await lab.RunAsync([Tool.Require("ar", "binutils"), "rcs", "libz.a"])).Succeeded();
        return await lab.RunAsync([Path.Combine(Repository.Root, "bpf", "static-libbpf"), "out", "libz.a", "lib"]);
    }
}
