using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Proxify.Program.Admin.Views;

/// <summary>How the admin API writes and reads JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(IReadOnlyList<AppView>))]
[JsonSerializable(typeof(IReadOnlyList<TargetView>))]
[JsonSerializable(typeof(SessionPage))]
[JsonSerializable(typeof(IReadOnlyList<EventView>))]
[JsonSerializable(typeof(EventView))]
[JsonSerializable(typeof(IReadOnlyList<ChangeView>))]
[JsonSerializable(typeof(FleetView))]
[JsonSerializable(typeof(MachineView))]
[JsonSerializable(typeof(MarkAnswer))]
[JsonSerializable(typeof(WeightAnswer))]
[JsonSerializable(typeof(ChangeAnswer))]
[JsonSerializable(typeof(KillAnswer))]
[JsonSerializable(typeof(ReloadView))]
[JsonSerializable(typeof(UpgradeView))]
[JsonSerializable(typeof(LogLevelAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(WeightBody))]
[JsonSerializable(typeof(TargetBody))]
[JsonSerializable(typeof(LogLevelBody))]
internal sealed partial class AdminJson : JsonSerializerContext
{
    /// <summary>What proxies of other versions have written, which may know more.</summary>
    public static AdminJson OfOthers => field ??= new(new JsonSerializerOptions(Default.Options!) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip });

    /// <summary>Texts as they are: no page shows them unescaped, as their type is JSON and nothing else.</summary>
    public static AdminJson Api => field ??= new(new JsonSerializerOptions(Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
