namespace Proxify.Configuration;

/// <summary>
/// An option of a base record, as an option of a record that derives from it. (<c>with</c> on the base makes a copy of the whole derived record.)
/// </summary>
internal sealed class SharedOption<TRecord, TBase>(Option<TBase> option) : Option<TRecord>(option.Name, option.Meaning)
    where TRecord : TBase
{
    public override object? Default => option.Default;

    public override object Type => option.Type;

    public override TRecord Bind(TRecord record, ConfigNode node, string path, ConfigBinder binder) => (TRecord)option.Bind(record, node, path, binder)!;

    public override void Check(TRecord record, string section, ErrorList errors) => option.Check(record, section, errors);
}
