using System.Net;
using Proxify.Transport;

namespace Proxify.Resolution;

/// <summary>The endpoints behind a target: fixed for a literal address; for a name, what the resolver last learned.</summary>
public sealed class TargetAddresses
{
    private readonly TaskCompletionSource _firstAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TcpEndpoint[] _current = [];

    public TargetAddresses(string host, int port)
    {
        Host = host;
        Port = port;
        if (IPAddress.TryParse(host, out var address))
        {
            _current = [new TcpEndpoint(address, port)];
            _firstAnswer.SetResult();
        }
        else
        {
            IsName = true;
        }
    }

    public string Host { get; }

    public int Port { get; }

    /// <summary>A host name, which the resolver keeps up to date.</summary>
    public bool IsName { get; }

    /// <summary>Empty until a name has resolved for the first time. The array is never changed, only replaced.</summary>
    public TcpEndpoint[] Current => _current;

    /// <summary>The resolver has answered, if only by saying that there is no such name.</summary>
    public Task FirstAnswer => _firstAnswer.Task;

    /// <summary>Takes a new answer; an empty one keeps the last good one.</summary>
    internal void Update(IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.Count > 0)
        {
            var endpoints = addresses.Select(a => new TcpEndpoint(a, Port)).Distinct().ToArray();
            if (!endpoints.AsSpan().SequenceEqual(_current))
                _current = endpoints;
        }

        _firstAnswer.TrySetResult();
    }
}
