using System.Text;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>Config texts for tests, and what the reader says about them.</summary>
internal static class ConfigText
{
    public const string Minimal = """{"Apps":[{"Name":"a","Ports":[5001],"Targets":["127.0.0.1:9001"]}]}""";

    public static ConfigResult Read(string json) => ConfigReader.Read(Encoding.UTF8.GetBytes(json));

    public static ProxyConfig ReadValid(string json)
    {
        var result = Read(json);
        Assert.Empty(result.Errors);
        return result.Config!;
    }

    public static string[] Errors(string json)
    {
        var result = Read(json);
        Assert.Null(result.Config);
        Assert.False(result.IsValid);
        return [.. result.Errors.Select(error => error.ToString())];
    }

    /// <summary>A config of one app, on one line, with one thing replaced or added.</summary>
    public static string App(string ports = "[5001]", string targets = """["127.0.0.1:9001"]""", string name = "\"a\"", string more = "", string root = "") =>
        $$"""{{{root}}"Apps":[{"Name":{{name}},"Ports":{{ports}},"Targets":{{targets}}{{more}}}]}""";
}
