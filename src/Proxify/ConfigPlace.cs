using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Configuration;
using Proxify.Program.Etcd;

namespace Proxify.Program;

/// <summary>Where the command line says that the config is: a file, or etcd.</summary>
/// <param name="text">As it was written; a good one.</param>
internal sealed class ConfigPlace(string text)
{
    /// <summary>Null: it is a file.</summary>
    public EtcdLocation? Etcd { get; } = EtcdLocation.IsMeant(text) ? EtcdLocation.Parse(text) : null;

    /// <summary>As errors begin with.</summary>
    public string Name => Etcd?.Name ?? text;

    /// <summary>For those who ask a running proxy.</summary>
    public string FullName => Etcd?.Name ?? Path.GetFullPath(text);

    /// <summary>Of which the admin socket may have the name, with <c>.sock</c> behind it.</summary>
    public string SocketName => Etcd is null ? Path.GetFullPath(text) : Path.Combine(Etcd.Folder, "admin");

    /// <summary>What has to be readable as long as the proxy runs.</summary>
    public IEnumerable<string> Files => Etcd is null ? [Path.GetFullPath(text)]
        : new[] { Etcd.Authorities, Etcd.Certificate, Etcd.Key, Etcd.Password }.OfType<string>().Select(Path.GetFullPath);

    /// <summary>The config as a start would find it: where etcd does not answer, that is its copy.</summary>
    public async Task<ConfigResult> LoadForStartAsync()
    {
        if (Etcd is null)
            return ConfigFile.Load(text);
        using var source = new EtcdSource(Etcd, TimeProvider.System, NullLogger.Instance);
        return await source.LoadAsync(CancellationToken.None);
    }
}
