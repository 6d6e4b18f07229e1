using Proxify.Linux;

namespace Proxify.FunctionalTests.Endings;

/// <summary>On which sides of a lane's sessions there is TLS.</summary>
internal readonly record struct LaneTls(bool Client, bool Target, int Version)
{
    public static LaneTls None => default;

    /// <summary>Every mixture, and both versions, by turns; half of them have a small receive buffer besides.</summary>
    public static LaneTls Of(int lane) => new(lane / 2 % 2 == 1, lane / 4 % 2 == 1, lane / 8 % 2 == 1 ? OpenSsl.Tls12 : OpenSsl.Tls13);
}
