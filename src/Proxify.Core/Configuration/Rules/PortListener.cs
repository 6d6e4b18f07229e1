namespace Proxify.Configuration;

/// <summary>One item of an app's Ports.</summary>
/// <param name="order">Among all of the config.</param>
/// <param name="ports">What it listens on.</param>
/// <param name="places">And where.</param>
/// <param name="config">The app.</param>
/// <param name="app">Its index.</param>
/// <param name="index">That of the item in its Ports.</param>
internal sealed class PortListener(int order, PortRange ports, ListenPlace[] places, AppConfig config, int app, int index)
{
    public int Order => order;

    public PortRange Ports => ports;

    public ListenPlace[] Places => places;

    public AppConfig Config => config;

    public string AppPath => $"Apps[{app}]";

    public string Path => $"Apps[{app}].Ports[{index}]";

    /// <summary>What both listen on, for errors: <c>port 80</c>, <c>ports 80-89</c>.</summary>
    public string SharedWith(PortListener other)
    {
        var shared = new PortRange(Math.Max(other.Ports.First, ports.First), Math.Min(other.Ports.Last, ports.Last));
        return shared.First == shared.Last ? $"port {shared}" : $"ports {shared}";
    }
}
