using System.Net;
using Proxify.Transport;

namespace Proxify.Resolution;

/// <summary>
/// Asks DNS servers for full names, those that were silent lately after the others. The next one is asked when one fails, and also when it only takes its time;
/// the first that answers has the last word, also when it says that there is no such name. No answer is kept here: how long it holds is for who asks to say.
/// </summary>
/// <param name="endpoints">In order; at least one.</param>
/// <param name="open">The bound on questions that are open.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class DnsClient(IReadOnlyList<IPEndPoint> endpoints, OpenQuestions open, TimeProvider timeProvider)
{
    private readonly DnsServer[] _servers = [.. endpoints.Select(e => new DnsServer(e, open, timeProvider))];

    public IReadOnlyList<IPEndPoint> Endpoints => endpoints;

    /// <returns>The addresses; none when there is no such name.</returns>
    /// <exception cref="NameNotResolvedException">No family has had an answer.</exception>
    public async Task<NameAnswer> AddressesAsync(string name, AddressFamilies families, CancellationToken stop)
    {
        var wanted = new[] { (Family: AddressFamilies.IPv4, Type: DnsType.A), (Family: AddressFamilies.IPv6, Type: DnsType.Aaaa) }.Where(
            f => families.HasFlag(f.Family)).ToArray();
        var replies = await Task.WhenAll(wanted.Select(f => AskAsync(name, f.Type, stop)));
        if (replies.All(r => r.Answer is null))
            throw new NameNotResolvedException(replies[0].Problem!);

        var answers = replies.Select(r => r.Answer).OfType<DnsResponse>().ToList();
        var unanswered = wanted.Zip(replies).Where(r => r.Second.Answer is null).Aggregate(AddressFamilies.None, (all, r) => all | r.First.Family);
        return new NameAnswer([.. answers.SelectMany(a => a.Addresses).Select(a => new ResolvedAddress(new TcpEndpoint(a, 0)))], answers.Min(a => a.Ttl),
            unanswered);
    }

    /// <returns>The records of a service; empty when there is no such service.</returns>
    /// <exception cref="NameNotResolvedException">There was no answer.</exception>
    public async Task<(IReadOnlyList<ServiceRecord> Records, TimeSpan Ttl)> ServicesAsync(string name, CancellationToken stop)
    {
        var (answer, problem) = await AskAsync(name, DnsType.Srv, stop);
        if (answer is null)
            throw new NameNotResolvedException(problem!);

        // A target of "." says that the service is decidedly not available (RFC 2782).
        return ([.. answer.Services.Where(s => s.Target != ".")], answer.Ttl);
    }

    private async Task<DnsReply> AskAsync(string name, DnsType type, CancellationToken stop)
    {
        if (DnsMessage.Question(name, type) is not { } question)
            return new DnsReply(null, $"{name} is no name that DNS can be asked for");

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var left = new Queue<DnsServer>(_servers.Select(server => (server, isSilent: server.IsSilent())).OrderBy(s => s.isSilent).Select(s => s.server));
        List<Task<DnsReply>> asked = [];
        string? problem = null;
        try
        {
            while (left.Count + asked.Count > 0)
            {
                var isLast = !left.TryDequeue(out var server) || left.Count == 0;
                if (server is not null)
                    asked.Add(server.AskAsync(question, enough.Token));
                var ended = Task.WhenAny(asked);
                var pause = isLast ? ended : ((Task)ended).WaitAsync(DnsServer.Patience, timeProvider, stop);
                await pause.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stop.ThrowIfCancellationRequested();
                if (!ended.IsCompleted)
                    continue;

                var first = await ended;
                asked.Remove(first);
                var reply = await first;
                if (reply.Answer is not null)
                    return reply;
                problem ??= reply.Problem;
            }
        }
        finally
        {
            await enough.CancelAsync();
        }

        return new DnsReply(null, problem);
    }
}
