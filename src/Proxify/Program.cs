using Proxify.Program.Commands;

return await CommandLine.RunAsync(args);
