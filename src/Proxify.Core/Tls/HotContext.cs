using Proxify.Transport.Tls;

namespace Proxify.Tls;

/// <summary>
/// TLS with the clients or the targets of an app, by what the config says and what its files hold now. The same object as long as the config says the same;
/// when a file changes, new connections are made of a new context.
/// </summary>
internal abstract class HotContext
{
    private readonly Lock _refreshing = new();
    private readonly string _folder;
    private volatile TlsContext _current = null!;
    private volatile TlsFiles _inForce;
    private volatile TlsFiles _latest;

    /// <param name="app">The app's name.</param>
    /// <param name="signature">All that the config says.</param>
    /// <param name="files">What the first context is made of.</param>
    protected HotContext(string app, string signature, TlsFiles files)
    {
        (App, Signature, _folder) = (app, signature, files.Folder);
        (_inForce, _latest) = (files, files);
    }

    public string App { get; }

    /// <summary>The context that new connections are made of.</summary>
    public TlsContext Current => _current;

    /// <summary>What it is made of.</summary>
    public TlsFiles Files => _inForce;

    /// <summary>What was found when its files were read last; other than <see cref="Files"/> where that was not good.</summary>
    public TlsFiles LatestFiles => _latest;

    protected string Signature { get; }

    /// <summary>Whether the config says of it what it said when this one was made.</summary>
    public bool IsOf(string signature, string folder) => Signature == signature && _folder == folder;

    /// <summary>Reads the files again. Where they are not good, everything stays as it is, and <see cref="LatestFiles"/> says why.</summary>
    /// <returns>Whether a new context is in force.</returns>
    public bool Refresh()
    {
        lock (_refreshing)
        {
            var files = new TlsFiles(_folder, _inForce);
            var context = Build(files);
            if (context is null || files.HasSameContent(_inForce))
            {
                // What is known of the files' state is of the latest reading in any case.
                if (context is not null)
                    _inForce = files;
                context?.Dispose();
                _latest = files;
                return false;
            }

            Enter(context, files);
            return true;
        }
    }

    /// <summary>What the config and its files come to; null: a file is not good, which the files have been told.</summary>
    protected abstract TlsContext? Build(TlsFiles files);

    /// <summary>Puts a context in force. Who has read the one before may make connections of it until the collector has taken it.</summary>
    protected virtual void Enter(TlsContext context, TlsFiles files) => (_current, _inForce, _latest) = (context, files, files);
}
