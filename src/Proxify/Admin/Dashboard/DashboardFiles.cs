using System.Reflection;

namespace Proxify.Program.Admin.Dashboard;

/// <summary>The dashboard: files in the binary, which ask the API for what they show, as everybody does.</summary>
internal static class DashboardFiles
{
    public static IReadOnlyList<AdminRoute> Routes { get; } =
    [
        Route("/", "dashboard.html", "text/html"),
        Route("/dashboard.css", "dashboard.css", "text/css"),
        Route("/dashboard.js", "dashboard.js", "text/javascript"),
    ];

    private static AdminRoute Route(string path, string file, string type)
    {
        var content = new Lazy<(byte[] Bytes, string Tag)>(() => Read(file));
        return new("GET", path, "The dashboard.", call => call.WriteFileAsync($"{type}; charset=utf-8", content.Value.Bytes, content.Value.Tag))
        {
            IsPublic = true,
        };
    }

    private static (byte[] Bytes, string Tag) Read(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"{file} is not in the binary");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        var bytes = content.ToArray();
        return (bytes, $"\"{Hash(bytes):x16}\"");
    }

    /// <summary>FNV-1a: only tells one build's file from another's, for which OpenSSL would be 4 MB of every process.</summary>
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037;
        foreach (var one in bytes)
            hash = (hash ^ one) * 1099511628211;
        return hash;
    }
}
