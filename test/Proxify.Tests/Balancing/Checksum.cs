using System.Security.Cryptography;
using System.Text;

namespace Proxify.Tests.Balancing;

/// <summary>A value that tells whether a long list is still what it was.</summary>
internal static class Checksum
{
    public static string Of<T>(IEnumerable<T> values) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', values))))[..16];
}
