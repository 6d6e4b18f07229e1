using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Proxify.Program.Admin.Metrics;

/// <summary>
/// Writes metrics as Prometheus reads them: its text format 0.0.4, or OpenMetrics 1.0, which names counters without <c>_total</c>, knows units and has an end.
/// </summary>
/// <param name="output">Written to now and then, so that a page of any size takes little memory.</param>
/// <param name="isOpenMetrics">Which of the two.</param>
internal sealed class MetricsWriter(Stream output, bool isOpenMetrics)
{
    private const int FlushAt = 64 * 1024;

    private readonly byte[] _name = new byte[256];
    private readonly ArrayBufferWriter<byte> _buffer = new(2 * FlushAt);
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
        Span<(string, string)> all = new (string, string)[labels.Length + 1];
        labels.CopyTo(all);
        histogram.Read(counts);
        var below = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            below += counts[i];
            all[^1] = ("le", i < histogram.Bounds.Count ? histogram.Bounds[i].ToString("R", System.Globalization.CultureInfo.InvariantCulture) : "+Inf");
            Sample("_bucket"u8, below, all);
        }

        Sample("_sum"u8, histogram.Sum, labels);
        Sample("_count"u8, below, labels);
    }

    /// <summary>What is written goes to the peer, where there is enough of it.</summary>
    public ValueTask FlushIfFullAsync(CancellationToken cancellation) => _buffer.WrittenCount < FlushAt ? default : FlushAsync(cancellation);

    public ValueTask EndAsync(CancellationToken cancellation)
    {
        if (isOpenMetrics)
            Raw("# EOF\n"u8);
        return FlushAsync(cancellation);
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

    private void Labels(ReadOnlySpan<(string Name, string Value)> labels)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            Raw(i == 0 ? "{"u8 : ","u8);
            Text(labels[i].Name);
            Raw("=\""u8);
            var value = labels[i].Value;
            Text(value.AsSpan().ContainsAny('\\', '"', '\n') ? value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n") : value);
            Raw("\""u8);
        }

        if (labels.Length > 0)
            Raw("}"u8);
        Raw(" "u8);
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
