using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Proxify.Program.Etcd;

/// <summary>Reads a stream of JSON values, one on each line, as soon as each is there.</summary>
/// <param name="stream">Left open.</param>
internal sealed class LineReader(Stream stream) : IDisposable
{
    /// <summary>More than what is missed since any revision can be: a config has 16 MiB at the most, in base64.</summary>
    private const int Longest = 256 * 1024 * 1024;

    private readonly PipeReader _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));

    /// <summary>The next one; null: the stream has ended. What stands behind the last line's end counts as a line.</summary>
    /// <exception cref="JsonException">It is none, or a line is too long.</exception>
    public async Task<T?> ReadAsync<T>(JsonTypeInfo<T> type, CancellationToken stop)
        where T : class
    {
        while (true)
        {
            var read = await _reader.ReadAsync(stop);
            var end = read.Buffer.PositionOf((byte)'\n');
            if (end is null && read.IsCompleted && !read.Buffer.IsEmpty)
                end = read.Buffer.End;
            if (end is { } position)
            {
                var value = Parse(read.Buffer.Slice(0, position), type);
                _reader.AdvanceTo(position.Equals(read.Buffer.End) ? position : read.Buffer.GetPosition(1, position));
                if (value is not null)
                    return value;
                continue;
            }

            if (read.IsCompleted)
                return null;
            if (read.Buffer.Length > Longest)
                throw new JsonException("a line without an end");
            _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public void Dispose() => _reader.Complete();

    private static T? Parse<T>(in ReadOnlySequence<byte> line, JsonTypeInfo<T> type)
        where T : class
    {
        var reader = new Utf8JsonReader(line);
        return line.Length < 2 ? null : JsonSerializer.Deserialize(ref reader, type);
    }
}
