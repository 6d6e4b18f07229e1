using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Proxify.Hosting;
using Proxify.Steering;
using Proxify.Transport;

namespace Proxify.Tests.Hosting;

/// <summary>One cause is told once, not once for each of its victims.</summary>
public sealed class ManyVictimsTests
{
    [Fact]
    public void Listeners_that_fail_for_one_reason_are_one_line()
    {
        var failures = Enumerable.Range(1024, 63_502).Select(port => new ListenException(TcpEndpoint.EveryAddress(port), SocketError.TooManyOpenSockets))
            .Append(new ListenException(TcpEndpoint.EveryAddress(80), SocketError.AccessDenied));

        Assert.Collection(
            ListenProblems.Describe(failures),
            line => Assert.StartsWith("cannot listen on 63502 endpoints ([::]:1024-64525): EMFILE: too many open files; raise ", line,
                StringComparison.Ordinal),
            line => Assert.StartsWith("cannot listen on [::]:80: permission denied", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Ports_taken_from_one_process_are_one_warning()
    {
        var log = new Lines();

        TakeoverWatch.Warn(log, Enumerable.Range(1024, 64_000).Select(port => new ListenerOwner(TcpEndpoint.EveryAddress(port), 712, "haproxy")));

        Assert.Equal("Steering takes port 1024-65023 from another process that listens there: [::]:1024-65023 by haproxy (712). \"AllowTakeover\": true in the app says that this is meant.", Assert.Single(log));
    }

    [Fact]
    public void Ports_taken_from_many_processes_are_few_warnings()
    {
        var log = new Lines();

        TakeoverWatch.Warn(log, Enumerable.Range(1, 5_000).Select(i => new ListenerOwner(TcpEndpoint.EveryAddress(2 * i), i, "room")));

        Assert.Equal(11, log.Count);
        Assert.Contains("Steering takes port 2 from another process that listens there: [::]:2 by room (1).", log[0]);
        Assert.Contains("Steering takes port 22, 24, 26, 28, 30, 32, 34, 36 and 4982 more from", log[10]);
        Assert.Contains(" by 4990 more.", log[10]);
    }

    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }
}
