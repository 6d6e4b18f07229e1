using System.Runtime.InteropServices;

namespace Proxify.Steering;

/// <summary>The error numbers that steering tells apart (errno(3)), as positive numbers.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int TooBig = 7;
    public const int NoMemory = 12;
    public const int Access = 13;
    public const int Invalid = 22;
    public const int NoSpace = 28;
    public const int NoSystemCall = 38;
    public const int NotSupported = 524;

    /// <summary>Such as "Permission denied (13)".</summary>
    public static string Describe(int result) => $"{Marshal.GetPInvokeErrorMessage(Math.Abs(result))} ({Math.Abs(result)})";
}
