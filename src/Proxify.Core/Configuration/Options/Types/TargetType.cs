using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>A target: an address alone, as a text, or an object that has it under <c>Address</c>.</summary>
internal sealed class TargetType : OptionType<TargetConfig>
{
    public override Section<TargetConfig> Keys => TargetOptions.Section;

    public override TargetConfig? Bind(ConfigNode node, string path, ConfigBinder binder)
    {
        if (node.Kind == JsonValueKind.String)
            return TargetOptions.Address.Bind(TargetConfig.Unreadable, node, path, binder);

        var target = Keys.Bind(TargetConfig.Unreadable, node, path, binder);
        if (node.Kind != JsonValueKind.Object)
            return null;

        if (target.IsReadable)
            return target;

        // Its other keys are looked at all the same.
        binder.Unreadable.Add(path);
        if (!binder.Unreadable.Contains($"{path}.{TargetOptions.Address.Name}"))
            binder.Fail($"{path}.{TargetOptions.Address.Name}", node, "is missing");

        return target;
    }

    public override string? Problem(TargetConfig value)
    {
        if (!HostSyntax.TryParseAddress(value.Host, out var address) && !HostSyntax.IsName(value.Host))
            return $"{Quoted.Text(value.Host)} is neither an IP address nor a host name";

        return PortProblem(value) ?? (address is not null && EndpointRules.Problem(address) is { } problem ? $"{address} {problem}" : null);
    }

    private static string? PortProblem(TargetConfig target)
    {
        if (target.PortOffset is not { } offset)
            return PortNumber.IsValid(target.Port) || target.IsService ? null : PortNumber.OutOfRange(target.Port);

        if (target.Port != 0)
            return $"has a port, {target.Port}, and an offset to the client's port, {offset}; expected one of them";

        return offset is < -TargetConfig.MaxPortOffset or > TargetConfig.MaxPortOffset
            ? $"expected an offset of -{TargetConfig.MaxPortOffset} to {TargetConfig.MaxPortOffset} from the client's port, found {offset}"
            : null;
    }
}
