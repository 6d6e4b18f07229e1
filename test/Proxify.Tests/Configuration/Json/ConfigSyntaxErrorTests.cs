using Proxify.Configuration;
using static Proxify.Tests.Configuration.ConfigText;

namespace Proxify.Tests.Configuration;

public sealed class ConfigSyntaxErrorTests
{
    private const string Empty = "the file is empty; expected an object such as {\"Apps\": [...]}";

    public static TheoryData<string, string> Texts => new()
    {
        { "", $"1:1: {Empty}" },
        { "  \n ", $"2:2: {Empty}" },
        { "// only a comment\n", $"2:1: {Empty}" },
        { "{", "1:2: the file ends here, but the object that begins at 1:1 is not closed" },
        { "{\n \"a\": [", "2:8: the file ends here, but the array that begins at 2:7 is not closed" },
        { "[1", "1:3: the file ends here, but the array that begins at 1:1 is not closed" },
        { "{\"a\":true", "1:10: the file ends here, but the object that begins at 1:1 is not closed" },
        { "{\"a\":1,", "1:8: the file ends here, but the object that begins at 1:1 is not closed" },
        { "{\"a\":", "1:6: the file ends here, but the object that begins at 1:1 is not closed" },
        { "{\"a\"", "1:5: expected ':' after the key \"a\", found the end of the file" },
        { "{\"a\" 1}", "1:6: expected ':' after the key \"a\", found '1'" },
        { "{a:1}", "1:2: expected a key in double quotes, found 'a'" },
        { "{'a':1}", "1:2: expected a key in double quotes, found '''" },
        { "{,}", "1:2: expected a key in double quotes, found ','" },
        { "{\"a\":1,,}", "1:8: expected a key in double quotes, found ','" },
        { "{\"a\":1 // one, \"two\"\n, /* { */ 5}", "2:11: expected a key in double quotes, found '5'" },
        { "{\"a\":}", "1:6: expected a value, found '}'" },
        { "[1,,2]", "1:4: expected a value, found ','" },
        { "['a']", "1:2: expected a value, found '''" },
        { "]", "1:1: expected a value, found ']'" },
        { "[1 2]", "1:4: expected ',' or ']', found '2'" },
        { "[1}", "1:3: expected ',' or ']', found '}'" },
        { "{\"a\":[1]\n\"b\":2}", "2:1: expected ',' or '}', found '\"'" },
        { "[1\u00e9]", "1:3: expected ',' or ']', found 'é'" },
        { "[1\u0000]", "1:3: expected ',' or ']', found U+0000" },
        { "{} x", "1:4: expected nothing more after the end of the config, found 'x'" },
        { "{}{}", "1:3: expected nothing more after the end of the config, found '{'" },
        { "[tru]", "1:2: tru is not a JSON value; text is written in double quotes" },
        { "[None]", "1:2: None is not a JSON value; text is written in double quotes" },
        { "[01]", "1:2: 01 is not a JSON value; text is written in double quotes" },
        { "[1.]", "1:2: 1. is not a JSON value; text is written in double quotes" },
        { "[+1]", "1:2: +1 is not a JSON value; text is written in double quotes" },
        { "[5s]", "1:2: 5s is not a JSON value; text is written in double quotes" },
        { "[\"ab", "1:2: the text that begins here is not closed with '\"'" },
        { "[\"ab\n\"]", "1:2: the text that begins here is not closed with '\"' on its line" },
        { "{\"ab\n\":1}", "1:2: the text that begins here is not closed with '\"' on its line" },
        { "[\"a\tb\"]", "1:4: control character U+0009 in a text; expected it escaped as \\u0009" },
        { "[\"C:\\proxify\"]", "1:5: not a JSON escape; expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hex digits" },
        { "[\"\\u12g4\"]", "1:3: not a JSON escape; expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hex digits" },
        { "[\"\\ud800\"]", "1:2: text with half a surrogate pair (\\ud800-\\udfff)" },
        { "{\"\\udc00\":1}", "1:2: text with half a surrogate pair (\\ud800-\\udfff)" },
        { "[1 /* open", "1:4: the comment that begins here is not closed with */" },
        { "[1, /* open", "1:5: the comment that begins here is not closed with */" },
        { "{\"a\" /* open", "1:6: the comment that begins here is not closed with */" },
        { "{} /* open", "1:4: the comment that begins here is not closed with */" },
        { "/ {}", "1:1: expected a value, found '/'" },
        { new string('[', 65), "1:65: nested deeper than 64 levels" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Read_text_that_is_no_json_gives_one_error_in_plain_words(string text, string error) => Assert.Equal([error], Errors(text));

    [Fact]
    public void Read_bytes_that_are_not_utf8_gives_their_place()
    {
        var result = ConfigReader.Read([.. "{\n  \"a\": \""u8, 0xe4, .. "\"}"u8]);

        Assert.Equal("2:9: not UTF-8 text", Assert.Single(result.Errors).ToString());
    }

    [Fact]
    public void Read_too_many_values_stops_there()
    {
        var text = $"[{string.Join(",", Enumerable.Repeat("1", 1_000_001))}]";

        Assert.EndsWith("more than 1,000,000 values", Assert.Single(Errors(text)));
    }
}
