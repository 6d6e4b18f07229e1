namespace Proxify.Configuration;

/// <summary>As <see cref="ValueOption{TRecord, T}"/> for values of reference types, such as texts and addresses; without a default.</summary>
internal sealed class ReferenceOption<TRecord, T>(
    string name, ScalarType<T> type, Func<TRecord, T?> get, Func<TRecord, T, TRecord> set, string meaning)
    : Option<TRecord>(name, meaning)
    where T : class
{
    public override object Type => type;

    /// <summary>The value in force, as <see cref="ValueOption{TRecord, T}.Find"/>.</summary>
    public T? Find(TRecord inner, TRecord outer) => get(inner) ?? get(outer);

    public bool IsGood(T value) => type.Problem(value) is null;

    public override TRecord Bind(TRecord record, ConfigNode node, string path, ConfigBinder binder)
    {
        if (type.TryRead(node, out var value))
            return set(record, value);

        binder.Expected(type.Expected, path, node);
        return record;
    }

    public override void Check(TRecord record, string section, ErrorList errors)
    {
        var problem = get(record) is { } value ? type.Problem(value) : IsRequired ? "is missing" : null;
        if (problem is not null)
            errors.Add(section + Name, problem);
    }
}
