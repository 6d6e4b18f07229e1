using System.Collections.Immutable;
using System.Text;
using Proxify.Configuration;

namespace Proxify.Runtime;

/// <summary>What the proxy reads of an app, with nothing left open.</summary>
internal static class EffectiveFraming
{
    /// <param name="app">Valid.</param>
    /// <param name="proxy">The file's requests, which hold where the app sets nothing.</param>
    /// <param name="previous">What was in force; the same object comes back as long as it says the same.</param>
    /// <returns>Null: bytes are passed on as they come.</returns>
    public static FramingModel? Of(AppConfig app, RequestsConfig proxy, FramingModel? previous)
    {
        if (app.Protocol == AppProtocol.Tcp)
            return null;

        var now = new FramingModel
        {
            Protocol = app.Protocol,
            Requests = new(RequestsOptions.Connections.Of(app.Requests, proxy), RequestsOptions.MostInFlight.Of(app.Requests, proxy),
                RequestsOptions.Timeout.Of(app.Requests, proxy), RequestsOptions.Slow.Of(app.Requests, proxy)),
            LengthPrefix = app.LengthPrefix is { } p ? new(p.Offset, p.Size, p.ByteOrder == ByteOrder.Little, p.Adjustment, p.Maximum) : null,
            Line = app.Protocol == AppProtocol.Line ? Line(app.Line ?? new(), previous?.Line) : null,
            Cache = app.Cache is { } cache ? Cache(cache, previous?.Cache) : null,
        };
        return now.Equals(previous) ? previous : now;
    }

    private static LineModel Line(LineConfig config, LineModel? previous)
    {
        var delimiter = config.Delimiter.Span;
        return new(previous is not null && previous.Delimiter.AsSpan().SequenceEqual(delimiter) ? previous.Delimiter : [.. delimiter], config.Maximum);
    }

    private static CacheModel Cache(CacheConfig config, CacheModel? previous)
    {
        ImmutableArray<ImmutableArray<byte>> prefixes = [.. config.Prefixes.Select(text => Encoding.UTF8.GetBytes(text).ToImmutableArray())];
        if (previous is not null && previous.Prefixes.SequenceEqual(prefixes, static (one, other) => one.AsSpan().SequenceEqual(other.AsSpan())))
            prefixes = previous.Prefixes;
        return new(config.Memory, config.MaxAge, (int)config.MaxValue, prefixes, config.Negative);
    }
}
