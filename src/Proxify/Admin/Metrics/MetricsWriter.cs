using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Proxify.Program.Admin.Metrics;

/// <summary>
/// Writes metrics as Prometheus reads them: its text format 0.0.4, or OpenMetrics 1.0, which names counters without <c>_total</c>, knows units and has an end.
/// </summary>
/// <param name="output">Written to now and then, so that a page of any size takes little memory.</param>
/// <param name="isOpenMetrics">Which of the two.</param>
internal sealed class MetricsWriter(Stream output, bool isOpenMetrics)
{
    /// <summary>With twice as much of a buffer, which is no large object: those are collected only with everything else.</summary>
    private const int FlushAt = 32 * 1024;

    /// <summary>Of the page before: a scrape in 15 s is no reason to let the heap grow until it is collected, days later.</summary>
    private static ArrayBufferWriter<byte>? s_spare;

    private readonly byte[] _name = new byte[256];
    private readonly ArrayBufferWriter<byte> _buffer = Interlocked.Exchange(ref s_spare, null) ?? new(2 * FlushAt);
    private readonly Dictionary<IReadOnlyList<double>, string[]> _bounds = [];
    private int _nameLength;

    /// <summary>Begins a metric; samples follow.</summary>
    /// <param name="name">By convention with its unit, and <c>_total</c> for counters.</param>
    /// <param name="type"><c>counter</c>, <c>gauge</c>, <c>histogram</c>.</param>
    /// <param name="help">What it means.</param>
    public void Begin(string name, string type, string help)
    {
        _nameLength = Encoding.UTF8.GetBytes(name, _name);
        var family = isOpenMetrics && type == "counter" ? name[..^"_total".Length] : name;
        Text($"# HELP {family} {help}\n# TYPE {family} {type}\n");
        if (isOpenMetrics && UnitOf(family) is { } unit)
            Text($"# UNIT {family} {unit}\n");
    }

    public void Sample(double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        Raw(_name.AsSpan(0, _nameLength));
        Labels(labels);
        Value(value);
    }

    /// <summary>A histogram's sample.</summary>
    /// <param name="histogram">Read while it is added to: its count is that of its buckets.</param>
    /// <param name="labels">Of the sample.</param>
    public void Sample(Telemetry.Histogram histogram, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        Span<long> counts = stackalloc long[histogram.Bounds.Count + 1];
        histogram.Read(counts);
        var bounds = BoundsOf(histogram);
        var below = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            below += counts[i];
            Raw(_name.AsSpan(0, _nameLength));
            Raw("_bucket"u8);
            Labels(labels, bounds[i]);
            Value(below);
        }

        Sample("_sum"u8, histogram.Sum, labels);
        Sample("_count"u8, below, labels);
    }

    /// <summary>What is written goes to the peer, where there is enough of it.</summary>
    public ValueTask FlushIfFullAsync(CancellationToken cancellation) => _buffer.WrittenCount < FlushAt ? default : FlushAsync(cancellation);

    /// <summary>Nothing is written behind it.</summary>
    public async ValueTask EndAsync(CancellationToken cancellation)
    {
        if (isOpenMetrics)
            Raw("# EOF\n"u8);
        await FlushAsync(cancellation);
        s_spare = _buffer;
    }

    private async ValueTask FlushAsync(CancellationToken cancellation)
    {
        await output.WriteAsync(_buffer.WrittenMemory, cancellation);
        _buffer.ResetWrittenCount();
    }

    private void Sample(ReadOnlySpan<byte> suffix, double value, ReadOnlySpan<(string Name, string Value)> labels)
    {
        Raw(_name.AsSpan(0, _nameLength));
        Raw(suffix);
        Labels(labels);
        Value(value);
    }

    /// <summary>As labels; the same for all histograms of a metric, of which there may be thousands.</summary>
    private string[] BoundsOf(Telemetry.Histogram histogram)
    {
        if (!_bounds.TryGetValue(histogram.Bounds, out var bounds))
            _bounds[histogram.Bounds] = bounds = [.. histogram.Bounds.Select(bound => bound.ToString("R", CultureInfo.InvariantCulture)), "+Inf"];
        return bounds;
    }

    private void Labels(ReadOnlySpan<(string Name, string Value)> labels, string? bound = null)
    {
        var before = "{"u8;
        foreach (var (name, value) in labels)
        {
            Label(before, name, value);
            before = ","u8;
        }

        if (bound is not null)
            Label(before, "le", bound);
        Raw(labels.Length > 0 || bound is not null ? "} "u8 : " "u8);
    }

    private void Label(ReadOnlySpan<byte> before, string name, string value)
    {
        Raw(before);
        Text(name);
        Raw("=\""u8);
        Text(value.AsSpan().ContainsAny('\\', '"', '\n') ? value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n") : value);
        Raw("\""u8);
    }

    private void Value(double value)
    {
        var span = _buffer.GetSpan(40);
        // Whole numbers as such: a counter of bytes is not to be written with an exponent.
        var isWritten = value == Math.Floor(value) && Math.Abs(value) < 1e15
            ? Utf8Formatter.TryFormat((long)value, span, out var length) : Utf8Formatter.TryFormat(value, span, out length);
        _buffer.Advance(isWritten ? length : 0);
        Raw("\n"u8);
    }

    private void Text(string text)
    {
        var span = _buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        _buffer.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    private void Raw(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    private static string? UnitOf(string family) =>
        family.EndsWith("_seconds", StringComparison.Ordinal) ? "seconds" : family.EndsWith("_bytes", StringComparison.Ordinal) ? "bytes" : null;
}
