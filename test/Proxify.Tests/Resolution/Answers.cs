using System.Net;
using Proxify.Resolution;
using Proxify.Transport;

namespace Proxify.Tests.Resolution;

internal static class Answers
{
    public static NameAnswer Of(params string[] addresses) =>
        new([.. addresses.Select(a => new ResolvedAddress(new TcpEndpoint(IPAddress.Parse(a), 0)))], TimeSpan.FromSeconds(30));

    public static string[] Texts(this ResolvedName name) => [.. name.Current.Select(a => $"{a}")];
}
