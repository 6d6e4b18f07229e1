using Proxify.Pki;

namespace Proxify.SystemTests.Tls;

/// <summary>openssl(1) in a lab: a client and a server that are not ours, and say what they see.</summary>
internal static class OpenSsl
{
    public static string Program => Tool.Require("openssl", "openssl");

    /// <summary>Connects, says <paramref name="input"/>, and gives all that openssl-s_client(1) has said when the server has ended.</summary>
    /// <param name="lab">Where the server is.</param>
    /// <param name="port">On loopback.</param>
    /// <param name="options">As of openssl-s_client(1).</param>
    /// <param name="input">What the client says.</param>
    public static async Task<string> ConnectAsync(Lab lab, int port, string[] options, string input = "")
    {
        var result = await lab.RunAsync([.. Client(port), "-ign_eof", .. options], input);
        return result.Output + "\n" + result.Errors;
    }

    /// <summary>Starts a client that reads its standard input.</summary>
    public static RunningProcess Start(Lab lab, int port, params string[] options) => lab.Start([.. Client(port), .. options]);

    /// <summary>The options to show a certificate with.</summary>
    public static string[] As(TestCertificate certificate) =>
        ["-cert", certificate.ChainPath, "-key", certificate.KeyPath, "-cert_chain", certificate.ChainPath];

    private static string[] Client(int port) => [Program, "s_client", "-connect", $"127.0.0.1:{port}"];
}
