namespace Proxify.SystemTests.Upgrade;

/// <summary>A copy of the program, whose file another one may take the place of, as a package does it.</summary>
internal sealed class ReplacedProgram
{
    private readonly string _kept;

    /// <param name="lab">Where.</param>
    /// <param name="name">Of the folder that it is in, where there are several.</param>
    public ReplacedProgram(Lab lab, string name = "program")
    {
        Path = System.IO.Path.Combine(Directory.CreateDirectory(System.IO.Path.Combine(lab.Directory, name)).FullName, "proxify");
        _kept = Path + ".kept";
        File.Copy(Repository.Binary, Path);
        File.Copy(Repository.Binary, _kept);
    }

    public string Path { get; }

    /// <summary>Where the script of <see cref="BeScript"/> writes its process id.</summary>
    public string PidFile => Path + ".pid";

    /// <summary>Puts another file of the same program there: the one that runs has no name any more.</summary>
    public void Replace()
    {
        File.Copy(_kept, Path + ".next");
        File.Move(Path + ".next", Path, overwrite: true);
    }

    /// <summary>Puts a shell script there.</summary>
    /// <param name="script">Its "$program" is the program.</param>
    public void BeScript(string script)
    {
        File.Copy(_kept, Path + ".next"); // executable
        File.WriteAllText(Path + ".next", $"#!/bin/sh\nprogram={_kept}\necho $$ > {PidFile}\n{script}\n");
        File.Move(Path + ".next", Path, overwrite: true);
    }
}
