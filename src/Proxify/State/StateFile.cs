using System.Text.Json;
using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Runtime;

namespace Proxify.Program.State;

/// <summary>
/// Keeps the changes made at run time in a file (<c>--state</c>). It never keeps the proxy from starting: a file that cannot be used is put aside.
/// </summary>
/// <param name="path">Made where it is not there. Whoever may write it may redirect traffic; it is for its owner alone.</param>
internal sealed class StateFile(string path) : IOverridesStore
{
    private static readonly FileStreamOptions NewFile = new()
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        BufferSize = 0,
    };

    private readonly string _path = Path.GetFullPath(path); // now: the current directory may change
    private byte[] _written = [];

    public string Place => _path;

    public Overrides Read(out string? problem)
    {
        problem = null;
        if (!Path.Exists(_path))
            return Overrides.None;
        if (ConfigFile.ReadBytes(_path, out var error) is { } bytes)
        {
            try
            {
                return StateText.Read(bytes);
            }
            catch (Exception e) when (e is JsonException or FormatException)
            {
                error = new ConfigError("", e.Message);
            }
        }

        problem = $"{error!.Message}; {PutAside()}";
        return Overrides.None;
    }

    /// <summary>All of it or nothing: a new file, on the disk before it takes the old one's place.</summary>
    public string? Write(Overrides overrides)
    {
        var bytes = StateText.Write(overrides);
        if (bytes.AsSpan().SequenceEqual(_written))
            return null;
        var next = $"{_path}.new";
        try
        {
            File.Delete(next); // what a process that was killed has left, or somebody's link
            using (var file = new FileStream(next, NewFile))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            File.Move(next, _path, overwrite: true);
            _written = bytes;
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private string PutAside()
    {
        var aside = $"{_path}.bad";
        try
        {
            File.Move(_path, aside, overwrite: true);
            return $"it is {aside} now";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"it stays until the next change, as it cannot be moved to {aside}: {e.Message}";
        }
    }
}
