namespace Proxify.Program.Etcd;

/// <summary>etcd does not do what it was asked.</summary>
/// <param name="message">Why, in its words where it has said something.</param>
/// <param name="code">gRPC's.</param>
internal sealed class EtcdException(string message, int code = EtcdException.Unavailable) : Exception(message)
{
    public const int Unknown = 2;
    public const int InvalidArgument = 3;
    public const int DeadlineExceeded = 4;
    public const int PermissionDenied = 7;
    public const int OutOfRange = 11;
    public const int Unavailable = 14;
    public const int Unauthenticated = 16;

    public int Code => code;

    /// <summary>Another member may do it, or this one later.</summary>
    public bool IsPassing => code is Unknown or DeadlineExceeded or Unavailable;
}
