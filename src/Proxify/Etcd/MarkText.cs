using System.Text.Json;
using System.Text.Json.Serialization;
using Proxify.Configuration;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Etcd;

/// <summary>Marks as keys and values of etcd. Whoever writes one by hand may leave out all but the state.</summary>
internal static class MarkText
{
    /// <summary>Below <see cref="EtcdKeys.Marks"/>.</summary>
    public static string Key(string app, string target) => $"{Uri.EscapeDataString(app)}/{Uri.EscapeDataString(target)}";

    public static byte[] Write(TargetMark mark) => JsonSerializer.SerializeToUtf8Bytes(
        new MarkDocument
        {
            State = mark.State,
            By = mark.By,
            Machine = mark.Machine,
            At = mark.At,
            Until = mark.Until,
            Within = mark.Within?.TotalSeconds,
        },
        MarkJson.Default.MarkDocument);

    /// <param name="key">Below <see cref="EtcdKeys.Marks"/>.</param>
    /// <param name="value">Its value.</param>
    /// <param name="mark">What it says.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static (string App, string Target) Read(string key, byte[] value, out TargetMark mark)
    {
        if (key.Split('/') is not [{ Length: > 0 } app, { Length: > 0 } target])
            throw new FormatException("expected an app and a target, with a slash between them, both percent-encoded");
        MarkDocument document;
        try
        {
            document = JsonSerializer.Deserialize(value, MarkJson.Default.MarkDocument) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new FormatException($"expected {{\"state\": \"{TargetMark.Drained}\"}} or \"{TargetMark.Disabled}\"", e);
        }

        if (document.State is not (TargetMark.Drained or TargetMark.Disabled))
            throw new FormatException($"the state is \"{document.State}\"; expected \"{TargetMark.Drained}\" or \"{TargetMark.Disabled}\"");
        if (document.Within is { } seconds && !(seconds >= 0 && seconds <= TimeSpan.FromDays(1).TotalSeconds))
            throw new FormatException($"within is {seconds}; expected seconds, a day of them at most");
        mark = new TargetMark(
            document.By ?? "etcd", document.Machine ?? "-", document.At ?? default, document.State == TargetMark.Disabled,
            document.Within is { } within ? TimeSpan.FromSeconds(within) : null, document.Until);
        return (Uri.UnescapeDataString(app), Uri.UnescapeDataString(target));
    }

    public static MarkView View(string app, string target, TargetMark mark) =>
        new(app, target, mark.State, mark.By, mark.Machine, mark.At, mark.Until, mark.Within?.TotalSeconds);
}

internal sealed record MarkDocument
{
    public required string State { get; init; }

    public string? By { get; init; }

    public string? Machine { get; init; }

    public DateTimeOffset? At { get; init; }

    public DateTimeOffset? Until { get; init; }

    public double? Within { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MarkDocument))]
internal sealed partial class MarkJson : JsonSerializerContext;
