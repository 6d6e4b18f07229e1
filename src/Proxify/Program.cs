using Proxify.Program;
using Proxify.Program.Commands;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

Exhaustion.Watch();
return await CommandLine.RunAsync(args);
