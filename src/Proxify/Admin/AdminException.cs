using Microsoft.AspNetCore.Http;

namespace Proxify.Program.Admin;

/// <summary>A request cannot be answered as it is.</summary>
/// <param name="status">Of HTTP.</param>
/// <param name="message">What is wrong and what was expected.</param>
internal sealed class AdminException(int status, string message) : Exception(message)
{
    public int Status => status;

    public static AdminException Bad(string message) => new(StatusCodes.Status400BadRequest, message);

    public static AdminException Unauthorized(string message) => new(StatusCodes.Status401Unauthorized, message);

    public static AdminException Forbidden(string message) => new(StatusCodes.Status403Forbidden, message);

    /// <summary>Somebody else, who is asked on behalf of who asks, does not do it.</summary>
    public static AdminException Elsewhere(string message) => new(StatusCodes.Status502BadGateway, message);

    public static AdminException NotFound(string message) => new(StatusCodes.Status404NotFound, message);
}
