using System.Runtime.CompilerServices;

namespace Proxify.Transport.Uring;

/// <summary>The segments that wait to be sent, oldest first.</summary>
internal sealed unsafe partial class RelayDirection
{
    private void Append(int id)
    {
        if (_head == Segment.None)
            _head = id;
        else
            _buffers[_tail].Next = id;
        _tail = id;
        _pending++;
    }

    /// <summary>So many bytes of the first segment have been sent.</summary>
    private void Take(int bytes)
    {
        ref var segment = ref _buffers[_head];
        if (bytes < segment.Length)
        {
            segment.Data += bytes;
            segment.Length -= bytes;
            segment.Since = (uint)worker.Now;
            return;
        }

        RemoveHead();
    }

    private void RemoveHead()
    {
        var id = _head;
        _head = _buffers[id].Next;
        if (_head == Segment.None)
            _tail = Segment.None;
        _pending--;
        _buffers.Return(id);
    }

    /// <summary>Drops all but what the kernel is still reading from.</summary>
    private void DropQueue()
    {
        if (_output != Output.Sending)
        {
            while (_head != Segment.None)
                RemoveHead();
            return;
        }

        while (_buffers[_head].Next is var id and not Segment.None)
        {
            _buffers[_head].Next = _buffers[id].Next;
            _pending--;
            _buffers.Return(id);
        }

        _tail = _head;
    }

    /// <summary>
    /// Gathers the queue's shared buffers in one private block, or the oldest of them when memory is short. A block at the head stays where it is.
    /// </summary>
    private void MoveOut()
    {
        var first = Segment.None;
        var before = Segment.None;
        var rest = Segment.None;
        var length = 0;
        // A spare buffer is never left where it is stuck, whatever the limit says: there are few, and those who read need them.
        var room = _head != Segment.None && _buffers.IsSpare(_head) ? long.MaxValue : worker.Budget.Room;
        for (var id = _head; id != Segment.None; id = _buffers[id].Next)
        {
            if (!_buffers.IsShared(id))
            {
                before = id;
                continue;
            }

            if (length + _buffers[id].Length > room)
            {
                rest = id;
                break; // the sweep comes back
            }

            if (first == Segment.None)
                first = id;
            length += _buffers[id].Length;
        }

        if (first == Segment.None)
            return;
        var block = _buffers.TryNewBlock(length, Index, worker.Now, mayExceed: room == long.MaxValue);
        if (block == Segment.None)
            return;
        var to = _buffers[block].Data;
        for (var id = first; id != rest;)
        {
            var segment = _buffers[id];
            Unsafe.CopyBlockUnaligned(to, segment.Data, (uint)segment.Length);
            to += segment.Length;
            _buffers.Return(id);
            _pending--;
            id = segment.Next;
        }

        if (before == Segment.None)
            _head = block;
        else
            _buffers[before].Next = block;
        _buffers[block].Next = rest;
        if (rest == Segment.None)
            _tail = block;
        _pending++;
    }
}
