using System.Diagnostics;
using Proxify.Configuration;
using Proxify.Framing;
using Proxify.Framing.LengthPrefixed;
using Proxify.Framing.Line;
using Proxify.Framing.Memcached;
using Proxify.Framing.Redis;
using Proxify.Runtime;

namespace Proxify.Multiplexing;

/// <summary>An app whose messages the proxy knows, as one model has it.</summary>
internal sealed class FramedApp
{
    public FramedApp(AppModel app)
        : this(app, CodecOf(app.Framing!))
    {
    }

    private FramedApp(AppModel app, IFrameCodec codec)
    {
        Model = app;
        Codec = codec;
        Requests = app.Framing!.Requests;
        Slow = Requests.Slow is { Ticks: > 0 } slow ? slow : TimeSpan.MaxValue;
        Upgraded = codec.Upgraded is { } upgraded ? new(app, upgraded) : null;
    }

    public AppModel Model { get; }

    public string Name => Model.Name;

    public RequestsModel Requests { get; }

    /// <summary>A request that takes as long is logged.</summary>
    public TimeSpan Slow { get; }

    /// <summary>For clients that speak the protocol's later version; null: there is none.</summary>
    public FramedApp? Upgraded { get; }

    public IFrameCodec Codec { get; }

    private static IFrameCodec CodecOf(FramingModel framing) => framing.Protocol switch
    {
        AppProtocol.Redis => new RedisCodec(),
        AppProtocol.Memcached => new MemcachedCodec(),
        AppProtocol.LengthPrefixed => new LengthPrefixedCodec(framing.LengthPrefix!),
        AppProtocol.Line => new LineCodec(framing.Line!.Delimiter.AsSpan(), framing.Line.Maximum),
        var other => throw new UnreachableException($"{other}"),
    };
}
