using Proxify.Program;
using Proxify.Program.Commands;

Exhaustion.Watch();
return await CommandLine.RunAsync(args);
