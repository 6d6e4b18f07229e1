namespace Proxify.Tests.Configuration;

/// <summary>Files of the repository that are written from the declarations of the options.</summary>
internal static class Written
{
    /// <summary>With this variable set to 1 the tests write the files anew, and pass.</summary>
    private const string Variable = "PROXIFY_WRITE_REFERENCE";

    /// <summary>Fails with the first line that differs.</summary>
    public static void Is(string file, string expected)
    {
        var path = Repository.File(file);
        if (Environment.GetEnvironmentVariable(Variable) == "1")
            File.WriteAllText(path, expected);

        var (here, declared) = (File.ReadAllText(path).Split('\n'), expected.Split('\n'));
        for (var i = 0; i < Math.Max(here.Length, declared.Length); i++)
        {
            var (found, wanted) = (here.ElementAtOrDefault(i), declared.ElementAtOrDefault(i));
            Assert.True(found == wanted, $"{file}:{i + 1}: the options' declarations say otherwise.\nfile:         {found}\ndeclarations: {wanted}\n"
                + $"Where the declarations are right: `make reference`, or {Variable}=1 for this test.");
        }
    }
}
