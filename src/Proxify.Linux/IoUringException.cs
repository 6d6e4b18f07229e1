namespace Proxify.Linux;

/// <summary>The kernel refused what a ring cannot do without.</summary>
public sealed class IoUringException(string what, int errno)
    : Exception($"io_uring: {what} failed: {Errno.Describe(errno)}")
{
    public int ErrorNumber { get; } = errno;
}
