using System.Diagnostics;

namespace Proxify.FunctionalTests.Tls;

/// <summary>openssl-s_client(1): a client that is not ours, and says what it sees.</summary>
internal static class OpenSslClient
{
    /// <summary>Connects, listens until the server has ended, and gives all that it has said.</summary>
    /// <param name="port">On loopback.</param>
    /// <param name="options">As of openssl-s_client(1).</param>
    public static Task<string> ConnectAsync(int port, params string[] options) =>
        RunAsync(["s_client", "-connect", $"127.0.0.1:{port}", "-ign_eof", .. options]);

    public static async Task<string> RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            process.StandardInput.Close();
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().Within();
            return await output.Within() + await errors.Within();
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>The options to show a certificate with.</summary>
    public static string[] As(Pki.TestCertificate certificate) =>
        ["-cert", certificate.ChainPath, "-key", certificate.KeyPath, "-cert_chain", certificate.ChainPath];
}
