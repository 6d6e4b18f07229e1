namespace Proxify.Peers;

/// <summary>A folder for generated configs and pid files, gone at the end.</summary>
sealed class Workspace : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("proxify-bench-");
    int _files;

    public string Folder => _folder.FullName;

    public Workspace()
    {
        // nginx's workers are somebody else when it is started by root, and read what lies here.
        if (!OperatingSystem.IsWindows())
            _folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    }

    /// <summary>Fills in a template that lies beside the program and returns the path of the result.</summary>
    public string Expand(string template, int listen, int target = 0, Certificate? certificate = null) =>
        Write(template, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, template))
            .Replace("${LISTEN}", listen.ToString())
            .Replace("${TARGET}", target.ToString())
            .Replace("${CERTIFICATE}", certificate?.File)
            .Replace("${KEY}", certificate?.KeyFile)
            .Replace("${BOTH}", certificate?.BothFile)
            .Replace("${FOLDER}", _folder.FullName));

    public string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, $"{++_files}-{name}");
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A file of zeros, of which the page cache has all.</summary>
    public void MakeZeros(string name, long length)
    {
        using var file = File.Create(Path.Combine(_folder.FullName, name));
        file.SetLength(length);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
