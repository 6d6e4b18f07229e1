using Proxify.Peers.Contenders;

namespace Proxify.Peers.Works;

/// <summary>One kind of work, the same for each contender.</summary>
interface IWork : IAsyncDisposable
{
    /// <summary>For the command line.</summary>
    string Name { get; }

    /// <summary>For the table.</summary>
    string Title { get; }

    /// <summary>Sessions at once.</summary>
    int Connections { get; }

    IReadOnlyList<Figure> Figures { get; }

    /// <summary>Where the contenders' connections go, on 127.0.0.1; set by <see cref="StartAsync"/>.</summary>
    int Target { get; }

    /// <summary>The contenders end TLS with it; set by <see cref="StartAsync"/>. Null (default): they carry bytes as they come.</summary>
    Certificate? Certificate => null;

    /// <summary>Ends TLS: not for contenders that cannot.</summary>
    bool IsTls => false;

    /// <summary>What its requests are, as proxify's option <c>Protocol</c> names it, for contenders that know such a thing. Null (default): bytes.</summary>
    string? Protocol => null;

    /// <summary>A cache may answer most of it: contenders that have one take part.</summary>
    bool IsForCaches => false;

    /// <summary>Its server is held by a <see cref="CpuQuota"/>.</summary>
    bool IsHeld => false;

    /// <summary>What is asked of a contender's figures.</summary>
    IReadOnlyList<Aim> Aims => [];

    /// <summary>Starts the target and whatever else is the same for all contenders.</summary>
    Task StartAsync(Workspace workspace, CancellationToken cancellation);

    /// <summary>Warms the contender up, does the work through it, and returns a value for each figure (null: does not apply).</summary>
    Task<double?[]> MeasureAsync(Relay relay, CancellationToken cancellation);
}
