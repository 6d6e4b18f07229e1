namespace Proxify.Peers;

/// <summary>A folder for generated configs and pid files, gone at the end.</summary>
sealed class Workspace : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("proxify-bench-");
    int _files;

    /// <summary>Fills in a template that lies beside the program and returns the path of the result.</summary>
    public string Expand(string template, int listen, int target = 0) =>
        Write(template, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, template))
            .Replace("${LISTEN}", listen.ToString())
            .Replace("${TARGET}", target.ToString())
            .Replace("${FOLDER}", _folder.FullName));

    public string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, $"{++_files}-{name}");
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
