using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>Authenticated encryption of one message after the other under one key: EVP_EncryptInit(3), "AEAD INTERFACE".</summary>
public static unsafe partial class OpenSsl
{
    // evp.h: EVP_CTRL_AEAD_GET_TAG, EVP_CTRL_AEAD_SET_TAG
    private const int GetTag = 0x10;
    private const int SetTag = 0x11;

    /// <summary>Bytes of a tag, of every cipher here.</summary>
    public const int TagSize = 16;

    /// <summary>EVP_CIPHER_fetch(3), kept for good; 0: this OpenSSL has none of that name.</summary>
    public static nint FetchCipher(ReadOnlySpan<byte> name)
    {
        fixed (byte* text = name)
            return EVP_CIPHER_fetch(0, text, null);
    }

    [LibraryImport(Crypto, EntryPoint = "EVP_CIPHER_CTX_new")]
    public static partial nint NewCipherContext();

    /// <summary>EVP_CIPHER_CTX_free(3): wipes the key.</summary>
    [LibraryImport(Crypto, EntryPoint = "EVP_CIPHER_CTX_free")]
    public static partial void FreeCipherContext(nint context);

    /// <summary>Gives a context its cipher, key and way.</summary>
    public static bool SetKey(nint context, nint cipher, ReadOnlySpan<byte> key, bool encrypts)
    {
        fixed (byte* k = key)
            return EVP_CipherInit_ex(context, cipher, 0, k, null, encrypts ? 1 : 0) == 1;
    }

    /// <summary>
    /// Encrypts <paramref name="length"/> bytes and then the one byte <paramref name="last"/> to <paramref name="to"/>, and appends the tag.
    /// </summary>
    public static bool Encrypt(nint context, byte* nonce, byte* header, int headerLength, byte* from, int length, byte last, byte* to)
    {
        const int Keep = -1;
        int written;
        return EVP_CipherInit_ex(context, 0, 0, null, nonce, Keep) == 1
            && EVP_CipherUpdate(context, null, &written, header, headerLength) == 1
            && EVP_CipherUpdate(context, to, &written, from, length) == 1
            && EVP_CipherUpdate(context, to + length, &written, &last, 1) == 1
            && EVP_CipherFinal_ex(context, to, &written) == 1
            && EVP_CIPHER_CTX_ctrl(context, GetTag, TagSize, to + length + 1) == 1;
    }

    /// <summary>
    /// Decrypts <paramref name="length"/> bytes to <paramref name="to"/>, which may be where they are; their tag follows them. False: nobody with the key has
    /// made them.
    /// </summary>
    public static bool Decrypt(nint context, byte* nonce, byte* header, int headerLength, byte* from, int length, byte* to)
    {
        const int Keep = -1;
        int written;
        return EVP_CipherInit_ex(context, 0, 0, null, nonce, Keep) == 1
            && EVP_CIPHER_CTX_ctrl(context, SetTag, TagSize, from + length) == 1
            && EVP_CipherUpdate(context, null, &written, header, headerLength) == 1
            && EVP_CipherUpdate(context, to, &written, from, length) == 1
            && EVP_CipherFinal_ex(context, to, &written) == 1;
    }

    [LibraryImport(Crypto)]
    private static partial nint EVP_CIPHER_fetch(nint library, byte* name, byte* properties);

    [LibraryImport(Crypto)]
    private static partial int EVP_CipherInit_ex(nint context, nint cipher, nint engine, byte* key, byte* nonce, int encrypts);

    [LibraryImport(Crypto)]
    private static partial int EVP_CipherUpdate(nint context, byte* to, int* written, byte* from, int length);

    [LibraryImport(Crypto)]
    private static partial int EVP_CipherFinal_ex(nint context, byte* to, int* written);

    [LibraryImport(Crypto)]
    private static partial int EVP_CIPHER_CTX_ctrl(nint context, int command, int number, void* pointer);
}
