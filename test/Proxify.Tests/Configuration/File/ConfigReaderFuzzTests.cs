using System.Net;
using System.Text;
using CsCheck;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>No input crashes the reader, and every rejection has a place in the text.</summary>
public sealed class ConfigReaderFuzzTests
{
    private static readonly HashSet<IPAddress> OwnAddresses = [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("fd00::1")];

    [Fact]
    public void Read_random_bytes_never_throws() => Gen.Byte.Array[0, 200].Sample(Check);

    [Fact]
    public void Read_random_json_characters_never_throws() =>
        Gen.Char["{}[]\":,\\/*-+.019eEtrufalsnd \n\u00e9\u2028"].Array[0, 60].Sample(chars => Check(Encoding.UTF8.GetBytes(chars)));

    [Fact]
    public void Read_mutated_config_never_throws() =>
        Gen.Select(
            ConfigDocuments.Valid.Select(document => Encoding.UTF8.GetBytes(document.ToJsonString(ConfigDocuments.Indented))),
            Gen.Select(Gen.Int[0, 3], Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue], Gen.Byte).Array[1, 6])
        .Sample((text, edits) => Check(edits.Aggregate(text, (bytes, edit) => Edit(bytes, edit.Item1, edit.Item2, edit.Item3, edit.Item4))));

    [Fact]
    public void Read_random_documents_never_throws() =>
        ConfigDocuments.Any.Sample(document => Check(Encoding.UTF8.GetBytes(document?.ToJsonString() ?? "null")));

    private static byte[] Edit(byte[] bytes, int kind, int from, int length, byte value)
    {
        var start = from % (bytes.Length + 1);
        var rest = bytes.AsSpan(start);
        var span = rest[..(length % (Math.Min(rest.Length, 20) + 1))];
        return kind switch
        {
            0 => [.. bytes[..start], value, .. rest],
            1 => [.. bytes[..start], .. rest[span.Length..]],
            2 => [.. bytes[..start], .. span, .. rest],
            _ => bytes[..start],
        };
    }

    private static void Check(byte[] text)
    {
        var result = ConfigReader.Read(text);
        if (result.Config is not null)
        {
            Assert.Empty(result.Errors);
            Assert.Empty(ConfigValidator.Validate(result.Config));
            CheckPlaces(text, result.Locate(ConfigValidator.ValidateForSteering(result.Config, 80, 2, OwnAddresses)));
            return;
        }

        Assert.NotEmpty(result.Errors);
        CheckPlaces(text, result.Errors);
    }

    private static void CheckPlaces(byte[] text, IReadOnlyList<ConfigError> errors)
    {
        var lines = Encoding.Latin1.GetString(text).Split('\n');
        Assert.All(errors, error =>
        {
            Assert.InRange(error.Line, 1, lines.Length);
            Assert.InRange(error.Column, 1, lines[error.Line - 1].Length + 1);
            Assert.DoesNotContain('\n', error.ToString());
        });
        Assert.Equal(errors.OrderBy(error => (error.Line, error.Column)), errors);
    }
}
