namespace Proxify.Linux;

/// <summary>The errno values that are told apart (asm-generic/errno.h).</summary>
public static class Errno
{
    public const int Perm = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int Again = 11;
    public const int NoMemory = 12;
    public const int Access = 13;
    public const int Busy = 16;
    public const int Invalid = 22;
    public const int TooManyFilesInSystem = 23;
    public const int TooManyFiles = 24;
    public const int Pipe = 32;
    public const int NoSys = 38;
    public const int Timer = 62;
    public const int AddressNotAvailable = 99;
    public const int NoBufferSpace = 105;
    public const int NotConnected = 107;
    public const int TimedOut = 110;
    public const int Already = 114;
    public const int InProgress = 115;
    public const int Canceled = 125;
}
