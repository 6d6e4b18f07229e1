using System.Diagnostics;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Proxify.FunctionalTests.Hosting;

/// <summary>The library as others get it: packages, and the programs that the documents show.</summary>
public sealed partial class PackageTests : IDisposable
{
    /// <summary>No version that a package cache of this machine could know.</summary>
    private static readonly string Version = $"0.1.0-test.{Environment.ProcessId}.{Environment.TickCount64}";

    private readonly string _root = FindRoot();
    private readonly string _directory = Directory.CreateTempSubdirectory("proxify-package-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Documented_programs_build_against_the_packages_and_the_readmes_runs()
    {
        await PackAsync("Proxify.Linux");
        await PackAsync("Proxify.Core");
        ExpectContents();

        // The README's program as it stands; the other document's ones beside it, each in a method of its own.
        await WriteAsync("Program.cs", Assert.Single(Programs("README.md")));
        foreach (var (program, i) in Programs("docs/embedding.md").Select(static (program, i) => (program, i)))
        {
            var usings = program.Split('\n').TakeWhile(static line => line.StartsWith("using ", StringComparison.Ordinal)).ToArray();
            await WriteAsync($"Shown{i}.cs",
                $"{string.Join('\n', usings)}\ninternal static class Shown{i}\n{{\n    public static async Task RunAsync(string[] args)\n    {{\n{string.Join('\n', program.Split('\n').Skip(usings.Length))}\n        await Task.CompletedTask;\n    }}\n}}\n");
        }

        await WriteAsync("Consumer.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <InvariantGlobalization>true</InvariantGlobalization>
                <UseAppHost>false</UseAppHost>
                <RestoreSources>{_directory}</RestoreSources>
                <RestorePackagesPath>{_directory}/restored</RestorePackagesPath>
                <RestoreFallbackFolders>{Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages")}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Proxify.Core" Version="{Version}" />
                <PackageReference Include="Microsoft.Extensions.Hosting" Version="{HostingVersion()}" />
              </ItemGroup>
            </Project>
            """);
        await RunAsync("dotnet", "build", "Consumer.csproj", "-c", "Release", "--nologo", "-o", "out");

        // In a network of its own its port is free.
        using var readme = Start("unshare", Environment.IsPrivilegedProcess ? "-n" : "-rn", "dotnet", "out/Consumer.dll");
        try
        {
            var said = new List<string>();
            string? line;
            while ((line = await readme.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().Within()) is not null
                && !line.Contains("Started: listening", StringComparison.Ordinal))
                said.Add(line);
            Assert.True(line is not null, string.Join('\n', said));
        }
        finally
        {
            readme.Kill(entireProcessTree: true);
        }
    }

    private Task PackAsync(string project)
    {
#if DEBUG
        const string Configuration = "Debug";
#else
        const string Configuration = "Release";
#endif
        // Both have just been built, for this test.
        return RunAsync("dotnet", "pack", Path.Combine(_root, "src", project), "-c", Configuration, "--no-build", "--nologo", "-o", _directory,
            $"-p:PackageVersion={Version}");
    }

    private void ExpectContents()
    {
        using var package = ZipFile.OpenRead(Path.Combine(_directory, $"Proxify.Core.{Version}.nupkg"));
        using var symbols = ZipFile.OpenRead(Path.Combine(_directory, $"Proxify.Core.{Version}.snupkg"));
        using var manifest = package.GetEntry("Proxify.Core.nuspec")!.Open();
        var nuspec = XDocument.Load(manifest).Root!.Elements().First().Elements().ToLookup(static e => e.Name.LocalName);

        Assert.Equal("MIT", nuspec["license"].Single().Value);
        Assert.NotNull(package.GetEntry(nuspec["readme"].Single().Value));
        Assert.Contains(nuspec["dependencies"].Descendants(),
            static e => e.Attribute("id")?.Value == "Proxify.Linux" && e.Attribute("version")?.Value == Version);
        Assert.NotNull(package.GetEntry("lib/net10.0/Proxify.Core.xml"));
        Assert.NotNull(symbols.GetEntry("lib/net10.0/Proxify.Core.pdb"));
        Assert.Contains("steering.bpf.o", Resources(package.GetEntry("lib/net10.0/Proxify.Core.dll")!));
    }

    private static string[] Resources(ZipArchiveEntry assembly)
    {
        using var stream = assembly.Open();
        using var image = new MemoryStream();
        stream.CopyTo(image);
        image.Position = 0;
        using var reader = new PEReader(image);
        var metadata = reader.GetMetadataReader();
        return [.. metadata.ManifestResources.Select(handle => metadata.GetString(metadata.GetManifestResource(handle).Name))];
    }

    private string[] Programs(string document) =>
        [.. CSharpBlock().Matches(File.ReadAllText(Path.Combine(_root, document))).Select(static block => block.Groups[1].Value)];

    /// <summary>The one that this repository restores, so that it is on the machine.</summary>
    private string HostingVersion() =>
        XDocument.Load(Path.Combine(_root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Single(static e => e.Attribute("Include")?.Value == "Microsoft.Extensions.Hosting").Attribute("Version")!.Value;

    private Task WriteAsync(string name, string content) =>
        File.WriteAllTextAsync(Path.Combine(_directory, name), content, TestContext.Current.CancellationToken);

    private async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).Within(TimeSpan.FromMinutes(5), string.Join(' ', command));
        Assert.True(process.ExitCode == 0, await output);
    }

    private Process Start(params string[] command)
    {
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = _directory, RedirectStandardOutput = true })!;
    }

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Proxify.slnx")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("no Proxify.slnx above the tests");
        return directory;
    }

    [GeneratedRegex("^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();
}
