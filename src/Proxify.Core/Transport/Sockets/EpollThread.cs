using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Proxify.Linux;

namespace Proxify.Transport.Sockets;

/// <summary>A thread that sleeps until the kernel has something to tell of the descriptors that it watches.</summary>
internal sealed class EpollThread : IDisposable
{
    private const ulong StopMark = 0;

    private readonly Action<uint, ulong> _onReady;
    private readonly Epoll _epoll = new();
    // Its end hangs up when we close ours. (A socket would need a network, and a namespace may be without even the loopback interface.)
    private readonly AnonymousPipeServerStream _stop = new(PipeDirection.Out);
    private readonly SafePipeHandle _stopped;
    private ulong _lastMark = StopMark;

    /// <param name="name">The thread's.</param>
    /// <param name="onReady">Called on it with the events and the mark that they came for; must not throw, nor wait.</param>
    public EpollThread(string name, Action<uint, ulong> onReady)
    {
        _onReady = onReady;
        _stopped = _stop.ClientSafePipeHandle;
        _epoll.TryAdd(_stopped, Epoll.In, StopMark);
        new Thread(Run) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>A mark that nothing else has.</summary>
    public ulong NextMark() => Interlocked.Increment(ref _lastMark);

    /// <summary>Watches it for <paramref name="events"/> until it is closed. False when the kernel refuses (out of memory), and after disposal.</summary>
    public bool TryAdd(SafeHandle descriptor, uint events, ulong mark) => _epoll.TryAdd(descriptor, events, mark);

    /// <summary>Watches it no longer. A call may be on its way.</summary>
    public void Remove(SafeHandle descriptor) => _epoll.TryRemove(descriptor);

    /// <summary>Ends the thread, some time later.</summary>
    public void Dispose() => _stop.Dispose();

    private void Run()
    {
        Span<(uint Events, ulong Data)> ready = stackalloc (uint, ulong)[64];
        while (true)
        {
            var count = _epoll.Wait(ready);
            foreach (var (events, mark) in ready[..count])
            {
                if (mark == StopMark)
                {
                    _epoll.Dispose();
                    _stopped.Dispose();
                    return;
                }

                _onReady(events, mark);
            }
        }
    }
}
