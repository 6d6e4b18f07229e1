namespace Proxify.Tests.Configuration;

/// <summary>Files of the repository that tests look at.</summary>
internal static class Repository
{
    public static string File(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Proxify.slnx")))
                return Path.Combine(folder.FullName, name);
        }

        throw new FileNotFoundException("The tests run outside of the repository.", name);
    }
}
