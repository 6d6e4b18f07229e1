using System.Text.Json;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Admin;

/// <summary>Finds who answers a request, and whether it may be answered.</summary>
/// <param name="routes">All there are.</param>
/// <param name="gate">Who may what.</param>
/// <param name="logger">For defects.</param>
internal sealed class AdminRouter(IReadOnlyList<AdminRoute> routes, AdminGate gate, ILogger logger)
{
    /// <summary>Whatever a browser is given, it runs the dashboard's own files alone, sends nothing elsewhere, and shows it in no other page.</summary>
    private const string ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public async Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        AdminRoute? route = null;
        // Whoever sends many requests at once gets each answer when it is his turn: the server would give him all of them before it looks at anybody else.
        if (context.Features.Get<IConnectionItemsFeature>()?.Items.TryAdd(this, null) == false)
            await Task.Yield();
        try
        {
            (route, var call) = Find(context);
            await route.Answer(call);
        }
        catch (AdminException e)
        {
            await FailAsync(context, e.Status, e.Message);
        }
        catch (StaleGenerationException e)
        {
            await FailAsync(context, StatusCodes.Status412PreconditionFailed, e.Message);
        }
        catch (ArgumentException e) when (route is { IsChange: true })
        {
            // Of a change: it names what is not there. The name of the method's parameter is nothing for its reader.
            await FailAsync(context, StatusCodes.Status404NotFound, e.ParamName is null ? e.Message : e.Message.Replace($" (Parameter '{e.ParamName}')", ""));
        }
        catch (InvalidConfigException e)
        {
            await FailAsync(context, StatusCodes.Status409Conflict, string.Join("; ", e.Errors));
        }
        catch (ProxyStartException e)
        {
            await FailAsync(context, StatusCodes.Status409Conflict, string.Join("; ", e.Problems));
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await FailAsync(context, StatusCodes.Status503ServiceUnavailable, "the proxy is being stopped");
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or BadHttpRequestException)
        {
            // The peer has gone, or sends what is no request: the server says so itself.
            if (e is BadHttpRequestException bad)
                await FailAsync(context, bad.StatusCode, bad.Message);
        }
#pragma warning disable CA1031 // whatever it is, it is this request's alone
        catch (Exception e)
#pragma warning restore CA1031
        {
            AdminLog.AdminRequestFailed(logger, context.Request.Method, context.Request.Path, e);
            await FailAsync(context, StatusCodes.Status500InternalServerError, "a defect; the log has it");
        }
    }

    private (AdminRoute Route, AdminCall Call) Find(HttpContext context)
    {
        var rights = gate.RightsOf(context);
        var request = context.Request;
        var segments = Segments(context);
        var allowed = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var route in routes)
        {
            if (route.Match(segments) is not { } parameters)
                continue;
            allowed.Add(route.Method);
            if (route.Method != request.Method)
                continue;
            var call = new AdminCall(context, parameters, rights);
            if (rights == AdminRights.None && !route.IsPublic)
                throw AdminException.Unauthorized("a bearer token is needed here (Authorization: Bearer ...)");
            CheckQuery(route, request.Query);
            if (!route.IsChange)
                return (route, call);
            if (rights != AdminRights.Change)
                throw AdminException.Forbidden("this changes something, for which a bearer token (over TCP) or the socket's user or group is needed");
            // No form of another page's can send this type without being asked for first, which is not allowed.
            if (route.Body is not null && !IsJson(request))
                throw new AdminException(StatusCodes.Status415UnsupportedMediaType, "expected a body of type application/json");
            if (request.Headers["Sec-Fetch-Site"] is [{ } site, ..] && site is not ("same-origin" or "none"))
                throw AdminException.Forbidden("requests from other sites are not taken");
            return (route, call);
        }

        if (allowed.Count == 0)
            throw AdminException.NotFound($"there is no {request.Path}");
        context.Response.Headers.Allow = string.Join(", ", allowed);
        throw new AdminException(StatusCodes.Status405MethodNotAllowed, $"{request.Path} takes {string.Join(", ", allowed)}");
    }

    /// <summary>What is not known, or is there without a value, may have been meant to say which sessions are ended: it is not passed over.</summary>
    private static void CheckQuery(AdminRoute route, IQueryCollection query)
    {
        if (route.IsPublic)
            return;
        foreach (var (name, values) in query)
        {
            if (route.Query.All(known => known.Name != name))
            {
                var expected = route.Query.Count == 0 ? "none" : string.Join(", ", route.Query.Select(known => known.Name));
                throw AdminException.Bad($"\"{name}\" is no parameter of {route.Path}; expected: {expected}");
            }

            if (values is not [{ Length: > 0 }])
                throw AdminException.Bad($"{name}: expected one value, found {(values.Count > 1 ? $"{values.Count}" : "none")}");
        }
    }

    private static bool IsJson(HttpRequest request) =>
        request.ContentType?.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Split before they are decoded: a name may have a slash. None of them is passed over for being empty: a script's variable may be.</summary>
    private static string[] Segments(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "/";
        // A URL (RFC 9112, 3.2.2): the server has seen to it that Host says the same.
        if (!target.StartsWith('/') && target.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
            target = target.IndexOf('/', scheme + 3) is > 0 and var slash ? target[slash..] : "/";
        var path = target.Split('?')[0];
        return path.Length <= 1 ? [] : [.. path[1..].Split('/').Select(Uri.UnescapeDataString)];
    }

    private static Task FailAsync(HttpContext context, int status, string error)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.StatusCode = status;
        if (status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, new ErrorAnswer(error), AdminJson.Api.ErrorAnswer);
    }
}
