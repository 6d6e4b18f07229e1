using System.Runtime.InteropServices;

namespace Proxify.Linux;

public static unsafe partial class OpenSsl
{
    /// <summary>
    /// Why the latest call of this thread has failed, in OpenSSL's words; the thread's queue of errors is empty then. Where there is none: <c>unknown
    /// error</c>.
    /// </summary>
    public static string TakeError()
    {
        var code = ERR_peek_last_error();
        ERR_clear_error();
        return Describe(code);
    }

    /// <summary>Before a call whose failure is asked about: what others have left behind would be taken for its own.</summary>
    public static void ClearErrors() => ERR_clear_error();

    /// <summary>The words for an error's code.</summary>
    public static string Describe(ulong code)
    {
        if (code == 0)
            return "unknown error";
        if (Marshal.PtrToStringUTF8(ERR_reason_error_string(code)) is { } reason)
            return reason;
        const int Size = 256;
        var text = stackalloc byte[Size];
        ERR_error_string_n(code, text, Size);
        return Marshal.PtrToStringUTF8((nint)text)!;
    }

    [LibraryImport(Crypto)]
    private static partial void ERR_clear_error();

    [LibraryImport(Crypto)]
    private static partial ulong ERR_peek_last_error();

    [LibraryImport(Crypto)]
    private static partial nint ERR_reason_error_string(ulong code);

    [LibraryImport(Crypto)]
    private static partial void ERR_error_string_n(ulong code, byte* buffer, nuint size);
}
