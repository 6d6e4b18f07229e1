using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>
/// The secrets of TLS 1.3's application data (RFC 8446, section 7.1), which OpenSSL tells by its key log only: SSL_CTX_set_keylog_callback(3).
/// </summary>
public static unsafe partial class OpenSsl
{
    private const int RandomHexLength = 64;

    [ThreadStatic]
    private static TlsSecrets* _secrets;

    /// <summary>Has the context's sessions tell their secrets to <see cref="TellSecretsTo"/>.</summary>
    public static void KeepSecrets(SafeSslContext context) => SSL_CTX_set_keylog_callback(context, &OnKeyLog);

    /// <summary>Where the secrets go of the session that this thread drives next; null: nowhere.</summary>
    public static void TellSecretsTo(TlsSecrets* secrets) => _secrets = secrets;

    /// <summary>A line as NSS writes it: LABEL, the client's random and the secret, both in hexadecimal digits.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnKeyLog(nint ssl, byte* text)
    {
        if (_secrets is null)
            return;
        var line = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
        if (line.StartsWith("CLIENT_TRAFFIC_SECRET_0 "u8))
            _secrets->SetClient(line["CLIENT_TRAFFIC_SECRET_0 ".Length..][(RandomHexLength + 1)..]);
        else if (line.StartsWith("SERVER_TRAFFIC_SECRET_0 "u8))
            _secrets->SetServer(line["SERVER_TRAFFIC_SECRET_0 ".Length..][(RandomHexLength + 1)..]);
    }

    [LibraryImport(Ssl)]
    private static partial void SSL_CTX_set_keylog_callback(SafeSslContext context, delegate* unmanaged[Cdecl]<nint, byte*, void> callback);
}
