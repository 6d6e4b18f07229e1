using Proxify.Program.Admin;
using Proxify.Program.Admin.Client;

namespace Proxify.Program.Commands;

/// <summary>Where a running proxy is asked when nobody says where.</summary>
internal static class AdminPlace
{
    /// <exception cref="AdminClientException">There is none.</exception>
    public static string Find() => Environment.GetEnvironmentVariable("PROXIFY_ADMIN") is { Length: > 0 } place ? place
        : AdminSocket.Places("config.json").FirstOrDefault(Linux.Libc.IsSocket)
        ?? throw new AdminClientException($"no proxy answers at {string.Join(", ", AdminSocket.Places("config.json"))}; say where with --admin");
}
