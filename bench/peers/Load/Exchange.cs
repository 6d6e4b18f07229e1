namespace Proxify.Peers.Load;

/// <summary>A request and the reply that it must get: always the same bytes, but for the number of the key that is asked for.</summary>
sealed class Exchange
{
    /// <summary>Stands for the number in a text.</summary>
    public const string Number = "########";

    /// <summary>The keys from 0 on that are asked for again and again.</summary>
    public const int HotKeys = 1_000;

    /// <param name="request">With <see cref="Number"/> wherever the key's number belongs.</param>
    /// <param name="reply">The same.</param>
    public Exchange(string request, string reply)
    {
        Request = new Template(request);
        Reply = new Template(reply);
    }

    public Template Request { get; }

    public Template Reply { get; }

    /// <summary>How many keys there are beyond the hot ones, each of which is asked for once: a tenth of all requests. Default 0: none.</summary>
    public int ColdKeys { get; init; }

    /// <summary>64 bytes that tell of which key they are.</summary>
    public static string Value { get; } = Number.PadRight(64, 'x');

    /// <summary>Eight digits.</summary>
    public static ulong Digits(int number)
    {
        var digits = 0ul;
        for (var i = 0; i < 8; i++, number /= 10)
            digits = digits << 8 | (uint)('0' + number % 10);
        return digits;
    }
}
