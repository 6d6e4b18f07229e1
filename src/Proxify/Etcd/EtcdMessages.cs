using System.Text.Json;
using System.Text.Json.Serialization;

namespace Proxify.Program.Etcd;

// What is sent to and comes from etcd's JSON gateway (etcd's rpc.proto): bytes are base64, numbers of 64 bits are texts, and what is zero is left out.
// Set, not init: what is missing has its default then, also where the serializer is generated.

/// <param name="Key">The first, or the only one.</param>
/// <param name="RangeEnd">The first that is not wanted; null: one key is.</param>
/// <param name="Limit">0: none.</param>
/// <param name="Revision">0: the newest.</param>
/// <param name="CountOnly">Without the keys.</param>
internal sealed record RangeRequest(byte[] Key, byte[]? RangeEnd, long Limit = 0, long Revision = 0, bool CountOnly = false);

internal sealed record RangeAnswer
{
    public EtcdHeader Header { get; set; } = new();

    public IReadOnlyList<EtcdKeyValue> Kvs { get; set; } = [];

    public bool More { get; set; }
}

internal sealed record EtcdHeader
{
    public ulong ClusterId { get; set; }

    public long Revision { get; set; }
}

internal sealed record EtcdKeyValue
{
    /// <summary>When it was changed last, or deleted.</summary>
    public long ModRevision { get; set; }

    public byte[] Key { get; set; } = [];

    public byte[] Value { get; set; } = [];
}

internal sealed record PutRequest(byte[] Key, byte[] Value, long Lease = 0, bool PrevKv = false);

internal sealed record PutAnswer
{
    public EtcdKeyValue? PrevKv { get; set; }
}

internal sealed record DeleteRequest(byte[] Key);

internal sealed record DeleteAnswer
{
    public long Deleted { get; set; }
}

/// <param name="TTL">In seconds.</param>
internal sealed record LeaseRequest([property: JsonPropertyName("TTL")] long TTL);

internal sealed record LeaseKey([property: JsonPropertyName("ID")] long ID);

internal sealed record LeaseAnswer
{
    [JsonPropertyName("ID")]
    public long ID { get; set; }

    /// <summary>What is left of it; 0: it has ended.</summary>
    [JsonPropertyName("TTL")]
    public long TTL { get; set; }
}

internal sealed record LoginRequest(string Name, string Password);

internal sealed record LoginAnswer
{
    public string Token { get; set; } = "";
}

internal sealed record WatchRequest(WatchCreate CreateRequest);

internal sealed record WatchCreate(byte[] Key, byte[] RangeEnd, long StartRevision, bool ProgressNotify);

/// <summary>A line of a stream.</summary>
internal sealed record StreamLine<T>
    where T : class
{
    public T? Result { get; set; }

    public EtcdError? Error { get; set; }
}

internal sealed record WatchAnswer
{
    public EtcdHeader Header { get; set; } = new();

    public bool Canceled { get; set; }

    public string? CancelReason { get; set; }

    /// <summary>Where what was asked for has been forgotten: the oldest that is not.</summary>
    public long CompactRevision { get; set; }

    public IReadOnlyList<EtcdEvent> Events { get; set; } = [];
}

internal sealed record EtcdEvent
{
    /// <summary>Null: it was put.</summary>
    public string? Type { get; set; }

    public EtcdKeyValue Kv { get; set; } = new();

    public bool IsDelete => Type == "DELETE";
}

/// <summary>Of an answer (<c>code</c>), or in a stream of etcd 3.4 (<c>grpc_code</c>).</summary>
internal sealed record EtcdError
{
    public string? Message { get; set; }

    public int Code { get; set; }

    public int GrpcCode { get; set; }

    /// <summary>Of a stream that ends before its first line; of etcd 3.4 also a text.</summary>
    public JsonElement Error { get; set; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(RangeRequest))]
[JsonSerializable(typeof(RangeAnswer))]
[JsonSerializable(typeof(PutRequest))]
[JsonSerializable(typeof(PutAnswer))]
[JsonSerializable(typeof(DeleteRequest))]
[JsonSerializable(typeof(DeleteAnswer))]
[JsonSerializable(typeof(LeaseRequest))]
[JsonSerializable(typeof(LeaseKey))]
[JsonSerializable(typeof(LeaseAnswer))]
[JsonSerializable(typeof(StreamLine<LeaseAnswer>))]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(LoginAnswer))]
[JsonSerializable(typeof(WatchRequest))]
[JsonSerializable(typeof(StreamLine<WatchAnswer>))]
[JsonSerializable(typeof(EtcdError))]
internal sealed partial class EtcdJson : JsonSerializerContext;
