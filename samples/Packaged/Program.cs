// A proxy inside your own .NET program, from the NuGet package, on a config file that it follows:
//
//     make pack
//     dotnet run --project samples/Packaged -- config.json
//
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder();
builder.Services.AddProxify(options => options.ConfigFile = args is [var file] ? file : "config.json");
builder.Build().Run();
