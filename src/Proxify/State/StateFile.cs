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

    public string? Write(Overrides overrides)
    {
        var bytes = StateText.Write(overrides);
        if (bytes.AsSpan().SequenceEqual(_written))
            return null;
        try
        {
            PrivateFile.Write(_path, bytes);
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
