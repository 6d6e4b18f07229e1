namespace Proxify.Configuration;

/// <summary>Collects errors up to a bound: a file that is no config at all must not fill memory with complaints.</summary>
internal sealed class ErrorList
{
    public const int Limit = 1_000;

    private readonly List<ConfigError> _errors = [];
    private bool _overflow;

    public bool IsFull => _errors.Count >= Limit;

    public void Add(string path, string message, TextPosition at = default) => Add(new ConfigError(path, message, at.Line, at.Column));

    public void Add(ConfigError error)
    {
        if (IsFull)
        {
            _overflow = true;
            return;
        }

        _errors.Add(error);
    }

    /// <summary>In the order of the text; where there is none, in the order found.</summary>
    public IReadOnlyList<ConfigError> Sorted()
    {
        var sorted = _errors.OrderBy(error => error.Line).ThenBy(error => error.Column).ToList();
        if (_overflow)
            sorted.Add(new ConfigError("", $"more than {Limit:N0} errors; the others are not shown", sorted[^1].Line, sorted[^1].Column));

        return sorted;
    }
}
