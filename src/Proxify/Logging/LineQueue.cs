using System.Collections.Concurrent;
using System.Text;

namespace Proxify.Program.Logging;

/// <summary>
/// Lines on their way to a stream, written by a thread of its own. Bounded: where nobody reads, lines are dropped and counted, for a stuck terminal must not
/// stop the proxy.
/// </summary>
internal sealed class LineQueue : IDisposable
{
    public const int MostQueued = 16 * 1024;

    /// <summary>What is queued is written at once, up to about so much.</summary>
    private const int MostCharsAtOnce = 32 * 1024;

    private readonly BlockingCollection<string> _lines = new(MostQueued);
    private readonly Stream _stream;
    private readonly Func<long, string> _describeDropped;
    private readonly TimeSpan _longestFlush;
    private readonly int _mostCharsAtOnce;
    private readonly Thread _writer;
    private long _dropped;
    private long _droppedInAll;

    /// <param name="stream">Where lines go; disposed of.</param>
    /// <param name="describeDropped">The line that says how many are missing.</param>
    /// <param name="longestFlush">How long the end of the program waits for somebody to read the last lines.</param>
    /// <param name="oneAtATime">Each is written by itself, as a datagram. Default: together, where several are queued.</param>
    public LineQueue(Stream stream, Func<long, string> describeDropped, TimeSpan longestFlush, bool oneAtATime = false)
    {
        _mostCharsAtOnce = oneAtATime ? 0 : MostCharsAtOnce;
        _longestFlush = longestFlush;
        _stream = stream;
        _describeDropped = describeDropped;
        _writer = new Thread(WriteAll) { Name = "log", IsBackground = true };
        _writer.Start();
    }

    /// <summary>How many lines have been dropped since the start.</summary>
    public long Dropped => Volatile.Read(ref _droppedInAll);

    /// <summary>From any thread; never waits.</summary>
    /// <param name="line">With its end.</param>
    public void Add(string line)
    {
        try
        {
            if (_lines.TryAdd(line))
                return;
        }
        catch (InvalidOperationException)
        {
            // Completed: the program is at its end.
        }

        Drop(1);
    }

    /// <summary>Writes what is queued, unless nobody reads it.</summary>
    public void Dispose()
    {
        _lines.CompleteAdding();
        if (_writer.Join(_longestFlush))
            _stream.Dispose();
    }

    private void WriteAll()
    {
        var text = new StringBuilder();
        foreach (var first in _lines.GetConsumingEnumerable())
        {
            text.Clear().Append(first);
            var count = 1;
            while (text.Length < _mostCharsAtOnce && _lines.TryTake(out var next))
            {
                text.Append(next);
                count++;
            }

            if (!TryWrite(text.ToString()))
                Drop(count);
            else if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped && !TryWrite(_describeDropped(dropped)))
                Interlocked.Add(ref _dropped, dropped);
        }
    }

    private void Drop(int count)
    {
        Interlocked.Add(ref _dropped, count);
        Interlocked.Add(ref _droppedInAll, count);
    }

    private bool TryWrite(string text)
    {
        try
        {
            _stream.Write(Encoding.UTF8.GetBytes(text));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk, a terminal that is gone, a descriptor that was closed from the start: no reason to end, and some other time it may work again.
            return false;
        }
    }
}
