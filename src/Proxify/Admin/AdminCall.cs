using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Proxify.Configuration;
using Proxify.Program.Admin.Metrics;

namespace Proxify.Program.Admin;

/// <summary>A request and its answer.</summary>
/// <param name="context">As it came.</param>
/// <param name="parameters">Of its path.</param>
/// <param name="rights">Of who asks.</param>
internal sealed class AdminCall(HttpContext context, Dictionary<string, string> parameters, AdminRights rights)
{
    private const string Json = "application/json";

    public CancellationToken Gone => context.RequestAborted;

    public bool MayChange => rights == AdminRights.Change;

    /// <summary>The generation that a change was made for (If-Match); null: whichever is in force.</summary>
    /// <exception cref="AdminException">It is not one tag that was given.</exception>
    public long? IfGeneration => context.Request.Headers.IfMatch is not { Count: > 0 } tags || tags is ["*"] ? null
        : tags is [{ } tag] && long.TryParse(tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var generation) ? generation
        : throw new AdminException(StatusCodes.Status412PreconditionFailed, $"If-Match: {tags} is no ETag of this proxy");

    public string this[string parameter] => parameters[parameter];

    /// <summary>Null: the query does not have it.</summary>
    public string? Query(string name) => context.Request.Query[name] is [{ Length: > 0 } value] ? value : null;

    /// <exception cref="AdminException">It is no number between these.</exception>
    public long Query(string name, long least, long most, long absent) => Query(name) is not { } text ? absent
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw AdminException.Bad($"{name}: expected a number {least}-{most}, found \"{text}\"");

    /// <returns>Null: the query does not have it.</returns>
    /// <exception cref="AdminException">It is no time between these.</exception>
    public TimeSpan? Time(string name, TimeSpan least, TimeSpan most) => Query(name) is not { } text ? null
        : Duration.TryParse(text, out var time) && time >= least && time <= most ? time
        : throw AdminException.Bad($"{name}: expected a time such as \"30s\", {Bounds(least, most)}, found \"{text}\"");

    private static string Bounds(TimeSpan least, TimeSpan most) =>
        least > TimeSpan.Zero ? $"{Duration.Format(least)} to {Duration.Format(most)}" : $"up to {Duration.Format(most)}";

    /// <exception cref="AdminException">It is not there, or something else.</exception>
    public async Task<T> ReadAsync<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, Gone) ?? throw AdminException.Bad("expected a JSON object, found null");
        }
        catch (JsonException e)
        {
            var where = e.Path is { Length: > 1 } path ? $" at {path}" : "";
            throw AdminException.Bad($"the body is not what was expected{where}: an object with {string.Join(", ", type.Properties.Select(p => p.Name))}");
        }
    }

    public Task WriteAsync<T>(T answer, JsonTypeInfo<T> type, long? generation = null)
    {
        if (generation is { } tag)
            context.Response.Headers.ETag = $"\"{tag}\"";
        context.Response.ContentType = Json;
        return JsonSerializer.SerializeAsync(context.Response.Body, answer, type, Gone);
    }

    /// <summary>The answer is all there is to say: nothing that comes afterwards keeps it back.</summary>
    public Task CompleteAsync() => context.Response.CompleteAsync();

    /// <param name="type">Of the content.</param>
    /// <param name="text">All of it.</param>
    public Task WriteAsync(string type, ReadOnlyMemory<byte> text)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = text.Length;
        return context.Response.Body.WriteAsync(text, Gone).AsTask();
    }

    /// <summary>What only another binary changes: kept by browsers, who ask each time whether it is still the one.</summary>
    /// <param name="type">Of the content.</param>
    /// <param name="content">All of it.</param>
    /// <param name="tag">Its ETag.</param>
    public Task WriteFileAsync(string type, ReadOnlyMemory<byte> content, string tag)
    {
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "no-cache";
        if (!context.Request.Headers.IfNoneMatch.Any(known => known == tag))
            return WriteAsync(type, content);
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }

    /// <summary>As Prometheus reads it, in the format that it asks for.</summary>
    public Task WriteMetricsAsync(Func<MetricsWriter, Task> write)
    {
        var isOpenMetrics = context.Request.Headers.Accept.Any(accept => accept?.Contains("application/openmetrics-text", StringComparison.Ordinal) == true);
        context.Response.ContentType = isOpenMetrics
            ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8";
        return write(new MetricsWriter(context.Response.Body, isOpenMetrics));
    }

    /// <summary>Begins a stream of events, as browsers' EventSource reads them.</summary>
    public Task BeginStreamAsync()
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.FlushAsync(Gone);
    }

    public async Task WriteEventAsync<T>(long id, T data, JsonTypeInfo<T> type)
    {
        var line = $"id: {id}\ndata: {JsonSerializer.Serialize(data, type)}\n\n";
        await context.Response.WriteAsync(line, Gone);
        await context.Response.Body.FlushAsync(Gone);
    }
}
