namespace Proxify.Configuration;

/// <summary><c>$schema</c>: editors' conventions name it so; its value is not looked at.</summary>
internal sealed class SchemaOption() : Option<ProxyConfig>("$schema", "for editors")
{
    public override object Type => this;

    public override ProxyConfig Bind(ProxyConfig record, ConfigNode node, string path, ConfigBinder binder) => record;

    public override void Check(ProxyConfig record, string section, ErrorList errors)
    {
    }
}
