using Microsoft.Extensions.Logging;

namespace Proxify.Steering;

internal static partial class SteeringLog
{
    [LoggerMessage(1212, LogLevel.Warning,
        "Steering takes port {Port} from another process that listens there: {Owner}. \"AllowTakeover\": true in the app says that this is meant.")]
    public static partial void Takeover(ILogger logger, string port, string owner);

    /// <summary>Where two programs choose a socket, the first attached has it (bpf_sk_assign() gives the second EEXIST).</summary>
    [LoggerMessage(1214, LogLevel.Warning,
        "Other sk_lookup programs are attached to this network namespace and are asked first: {Programs}. Connections that they send to a socket do not come here (bpftool link shows whose they are).")]
    public static partial void OtherSteering(ILogger logger, string programs);
}
