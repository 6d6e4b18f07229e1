using System.Reflection;
using System.Security.Cryptography;

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
        var content = Read(file);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(..8))}\"";
        return new("GET", path, "The dashboard.", call => call.WriteFileAsync($"{type}; charset=utf-8", content, tag)) { IsPublic = true };
    }

    private static byte[] Read(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"{file} is not in the binary");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
