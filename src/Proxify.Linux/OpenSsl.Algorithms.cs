namespace Proxify.Linux;

/// <summary>Which algorithms there are. OpenSSL itself passes over cipher suites that it does not know.</summary>
public static unsafe partial class OpenSsl
{
    /// <summary>The first name of a list for TLS 1.2 (openssl-ciphers(1)) that stands for no suite; null: there is none such.</summary>
    public static string? FindUnknownCipher(string list) => FindUnknown(list, name => name[0] is '!' or '-' or '+' or '@', SetCiphers);

    /// <summary>The same of a list for TLS 1.3.</summary>
    public static string? FindUnknownCipherSuite(string list) => FindUnknown(list, _ => false, SetCipherSuites);

    /// <summary>The same of groups for the key exchange.</summary>
    public static string? FindUnknownGroup(string list) => FindUnknown(list, _ => false, SetGroups);

    private static string? FindUnknown(string list, Func<string, bool> isCommand, Func<SafeSslContext, string, bool> set)
    {
        using var context = NewContext(isServer: true);
        var names = list.Split(':');
        var unknown = Array.Find(names, name => name.Length == 0 || (!isCommand(name) && !set(context, name))) ?? (set(context, list) ? null : list);
        ERR_clear_error();
        return unknown;
    }
}
