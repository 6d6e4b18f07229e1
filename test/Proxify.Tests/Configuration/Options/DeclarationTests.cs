using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>What holds for every declared option.</summary>
public sealed class DeclarationTests
{
    private const string Base = """
        {"Apps":[{"Name":"a","Ports":[5001],"Targets":[{"Address":"10.0.0.1:1"},"10.0.0.2:1"],
          "Tls":{"Certificates":[{"Certificate":"a.pem"}],"ClientCertificates":{"Authorities":["a.pem"]}},"TargetTls":{"Certificate":"a.pem"},
          "ProxyProtocol":{"From":["10.0.0.0/8"]},"SendProxyProtocol":{}}]}
        """;

    public static IEnumerable<TheoryDataRow<string>> Places() =>
        AllPlaces().Where(p => Samples(p.Option).Any()).Select(p => new TheoryDataRow<string>(p.Place));

    [Theory]
    [MemberData(nameof(Places))]
    public void Option_in_a_file_sets_the_property_of_its_name_and_no_other(string place)
    {
        var option = AllPlaces().Single(p => p.Place == place).Option;
        var before = Values(ConfigText.ReadValid(BaseOf(place).ToJsonString()));
        var (after, sample) = Samples(option).Select(sample => (ConfigText.Read(With(place, sample)), sample)).First(read => read.Item1.IsValid);

        var changed = Values(after.ConfigOrThrow()).Where(value => !Equals(before[value.Key], value.Value));

        Assert.Equal([new KeyValuePair<string, object?>(place, Plain(sample))], changed);
        Assert.Equal(Plain(sample), Plain(Get(option, ParentOf(after.ConfigOrThrow(), place)!)));
    }

    [Fact]
    public void Option_that_nothing_sets_has_its_default() => Assert.All(AllPlaces().Where(p => p.Option.Default is not null),
        p => Assert.Equal(Plain(p.Option.Default), Plain(Get(p.Option, ParentOf(ConfigText.ReadValid(BaseOf(p.Place).ToJsonString()), p.Place)!))));

    [Fact]
    public void Inner_value_holds_then_the_outer_one_then_the_default()
    {
        HealthConfig none = new(), two = new() { Fall = 2 }, four = new() { Fall = 4 };

        Assert.Equal([4, 2, 4, 3], new[] { (four, two), (none, two), (four, none), (none, none) }.Select(h => HealthOptions.Fall.Of(h.Item1, h.Item2)));
        Assert.Equal([null, 7], new[] { none, none with { Port = 7 } }.Select(h => HealthOptions.Port.Find(none, h)));
    }

    [Fact]
    public void Every_choice_of_an_enum_has_one_word()
    {
        AssertWords(ConfigWords.Balancing);
        AssertWords(ConfigWords.Checks);
        AssertWords(ConfigWords.Families);
        AssertWords(ConfigWords.Fates);
        AssertWords(ConfigWords.ProxyProtocols);
        AssertWords(ConfigWords.ProxyProtocolTlvs);
        AssertWords(ConfigWords.TlsProfiles);
        AssertWords(ConfigWords.TlsVersions);
        AssertWords(ConfigWords.ClientCertificateModes);
        AssertWords(ConfigWords.StartTls);
        AssertWords(ConfigWords.Protocols);
        AssertWords(ConfigWords.ByteOrders);
        AssertWords(ConfigWords.AccessLogFields);

        static void AssertWords<T>(WordType<T> type)
            where T : struct, Enum => Assert.Equal(type.Words.Distinct(), Enum.GetValues<T>().Select(type.WordOf));
    }

    /// <summary>What users of the library read is what the declarations say, too.</summary>
    [Theory]
    [MemberData(nameof(Places))]
    public void Comment_of_a_property_says_the_bounds_and_the_default_of_its_option(string place)
    {
        var option = AllPlaces().Single(p => p.Place == place).Option;
        var record = ParentOf(ConfigText.ReadValid(BaseOf(place).ToJsonString()), place)!.GetType().GetProperty(option.Name)!.DeclaringType!;
        var source = File.ReadAllText(Repository.File($"src/Proxify.Core/Configuration/Records/{record.Name}.cs"));
        var comment = Regex.Replace(Regex.Match(source, $@"((?: +///.*\n)+) +public [^\n]* {option.Name} ").Groups[1].Value, @"\s*///\s*|\n", " ");

        Assert.Contains(BoundsOf(option.Type), comment, StringComparison.OrdinalIgnoreCase);
        var @default = option.IsRequired ? "" : option.Default is null or ReadOnlyMemory<byte> ? "default" : $"default {DefaultIn(option)}";
        Assert.Contains(@default, comment, StringComparison.OrdinalIgnoreCase);
    }

    private static string BoundsOf(object type) => type switch
    {
        DurationType t => $"{Duration.Format(t.Least)} to {Duration.Format(t.Most)}{(t.CanBeOff ? " or off" : "")}",
        WholeNumberType t => $"{t.Least:N0} to {t.Most:N0}",
        MemoryType t => $"{ByteSize.Format(t.Least)} to {ByteSize.Format(t.Most)}",
        ShareType => "0 to 1",
        BytesType t => $"{(t.Least > 0 ? $"{t.Least:N0} to " : "")}{t.Most:N0} bytes",
        NumberChoiceType t => t.Expected,
        _ => "",
    };

    private static string DefaultIn(IOption option) => option.Default switch
    {
        TimeSpan value => Duration.Format(value),
        Enum value => $"<see cref=\"{value.GetType().Name}.{value}\"/>",
        int value => $"{value:N0}",
        long value => ByteSize.Format(value),
        var value => $"{value}",
    };

    private static IEnumerable<(string Place, IOption Option)> AllPlaces() =>
        Declared.Places(RootOptions.Section).Select(place => (string.Join('.', place.Place), place.Option));

    /// <summary>Values beside the default, one of which fits to all the others' defaults; none where an option has not one value.</summary>
    private static IEnumerable<object> Samples(IOption option) => option.Type switch
    {
        _ when option is IListOption || option == AppOptions.PlainClients => [], // the latter is not for apps with Tls, which the base has
        DurationType type => new object[] { type.Least, type.Most }.Where(value => !value.Equals(option.Default)),
        WholeNumberType type => new object[] { type.Least, type.Most }.Where(value => !value.Equals(option.Default)),
        NumberChoiceType type => type.Numbers.Cast<object>().Where(value => !value.Equals(option.Default)),
        MemoryType type => [type.Least],
        FlagType => [option.Default is false],
        ShareType => [option.Default is 1.0 ? 0.0 : 1.0],
        BytesType => ["x"],
        RateType => [ConnectionRate.PerSecond(7)],
        AddressType => [System.Net.IPAddress.Loopback],
        NameType => ["b"],
        TextType type => SchemaPatterns.Texts.Single(text => text.Type == type).Samples,
        _ when option.Default is Enum value => Enum.GetValues(value.GetType()).Cast<object>().Where(other => !other.Equals(value)),
        _ => [],
    };

    /// <summary>A config in which the option of that place may be set: what is only for some protocols is in an app with one of these.</summary>
    private static JsonNode BaseOf(string place)
    {
        var document = JsonNode.Parse(Base)!;
        if (place.Split('.') is not ["Apps", "0", var key, ..] || key is not ("Protocol" or "LengthPrefix" or "Line" or "Requests" or "Cache"))
            return document;

        var app = document["Apps"]![0]!.AsObject();
        app.Remove("SendProxyProtocol");
        if (key == "Protocol")
            return document;

        app["Protocol"] = key switch
        {
            "LengthPrefix" => "length-prefixed",
            "Line" => "line",
            _ => "redis",
        };
        app[key] = new JsonObject();
        return document;
    }

    private static string With(string place, object sample)
    {
        var document = BaseOf(place);
        var steps = place.Split('.');
        var node = document;
        foreach (var step in steps.SkipLast(1))
            node = step == "0" ? node[0]! : node[step] ??= new JsonObject();

        var option = AllPlaces().Single(p => p.Place == place).Option;
        node[steps[^1]] = sample switch
        {
            TimeSpan value => Duration.Format(value),
            long value => ByteSize.Format(value),
            ConnectionRate value => $"{value}",
            System.Net.IPAddress value => $"{value}",
            Enum value => (string)option.Type.GetType().GetMethod("WordOf")!.Invoke(option.Type, [value])!,
            _ => JsonSerializer.SerializeToNode(sample),
        };
        return document.ToJsonString();
    }

    private static Dictionary<string, object?> Values(ProxyConfig config) =>
        AllPlaces().Where(p => p.Option is not (SchemaOption or IListOption) && Declared.KeysOf(p.Option) is null)
            .ToDictionary(p => p.Place, p => Plain(Step(ParentOf(config, p.Place), p.Option.Name)));

    /// <summary>Null where a section is absent.</summary>
    private static object? ParentOf(ProxyConfig config, string place) =>
        place.Split('.').SkipLast(1).Aggregate((object?)config, Step);

    private static object? Step(object? value, string step) => step == "0" ? ((IList)value!)[0] : value?.GetType().GetProperty(step)!.GetValue(value);

    /// <summary>What the declaration itself takes from the record; a shared option is one of the base record's.</summary>
    private static object? Get(IOption option, object record)
    {
        var isShared = option.GetType().GetGenericTypeDefinition() == typeof(SharedOption<,>);
        var own = isShared ? (typeof(LimitsOptions).GetField(option.Name) ?? typeof(TlsPolicyOptions).GetField(option.Name))!.GetValue(null)! : option;
        return own.GetType().GetMethod("Find")!.Invoke(own, [record, record]);
    }

    /// <summary>In a form that can be compared.</summary>
    private static object? Plain(object? value) => value switch
    {
        ReadOnlyMemory<byte> bytes => System.Text.Encoding.UTF8.GetString(bytes.Span),
        _ => value,
    };
}
