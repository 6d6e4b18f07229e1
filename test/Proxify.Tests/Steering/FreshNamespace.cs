using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Proxify.Tests.Steering;

/// <summary>
/// Runs a test on a thread of its own in a new, empty network namespace with the loopback interface up, so that it can take any port and meets nobody.
/// Sockets that the test makes and programs that it starts are in that namespace; thread pool threads are not.
/// </summary>
internal static unsafe partial class FreshNamespace
{
    private const int CloneNewNet = 0x4000_0000;
    private const int AfInet = 2;
    private const int SockDgram = 2;
    private const nuint SiocSIfFlags = 0x8914;
    private const short IffUpRunning = 0x41;

    public static void Run(Action test)
    {
        Privileged.Require();
        BeginSocketThreads();
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Check(unshare(CloneNewNet));
                BringLoopbackUp();
                test();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    /// <summary>
    /// .NET's thread that waits for sockets begins with the first wait, and a thread is where its maker is: begun inside, it would start threads of the pool
    /// there, on which other tests then look for what listens outside.
    /// </summary>
    private static void BeginSocketThreads()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var accepting = listener.AcceptAsync();
        client.Connect(listener.LocalEndPoint!);
        accepting.GetAwaiter().GetResult().Dispose();
    }

    private static void BringLoopbackUp()
    {
        // struct ifreq: the name in 16 bytes, then the flags.
        byte* request = stackalloc byte[40];
        NativeMemory.Clear(request, 40);
        "lo"u8.CopyTo(new Span<byte>(request, 16));
        *(short*)(request + 16) = IffUpRunning;

        var socket = Check(FreshNamespace.socket(AfInet, SockDgram, 0));
        Check(ioctl(socket, SiocSIfFlags, request));
        Check(close(socket));
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, void* argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
