using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Proxify.Admission;

namespace Proxify.Steering;

/// <summary>Names, numbers and structs that this folder and bpf/steering.bpf.c must agree on.</summary>
internal static class KernelLayout
{
    public const string Program = "proxify_steer";
    public const string PortsMap = "proxy_ports";
    public const string SocketMap = "proxy_sock";
    public const string SourcesMap = "proxy_sources";
    public const string RulesMap = "proxy_rules";
    public const string RulesTableA = "proxy_rules_a";
    public const string RulesTableB = "proxy_rules_b";
    public const string AppsMap = "proxy_apps";
    public const string CountersMap = "proxy_counters";
    public const string LimitsMap = "proxy_limits";
    public const string BucketsMap = "proxy_buckets";

    public const int Ports = 65_536;

    /// <summary>The maps of apps have room for two sets of them: one in force, one that is laid down beside it.</summary>
    public const int MaxApps = 16_384;

    public const uint NoScope = 0;
    public const uint NoLimits = 0;

    /// <summary>The value in proxy_ports of a port that the proxy steers itself; whatever else is there was put there by hand.</summary>
    public const byte SteeredByConfig = 1;
}

/// <summary>struct source_key.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SourceKey
{
    public uint PrefixLength;
    public uint Scope;
    public Address128 Address;

    public SourceKey(uint scope, SourcePrefix prefix)
    {
        PrefixLength = 32u + prefix.Length;
        Scope = scope;
        BinaryPrimitives.WriteUInt128BigEndian(Address, prefix.Address);
    }

    [InlineArray(16)]
    public struct Address128
    {
        private byte _first;
    }
}

/// <summary>struct app: a name in UTF-8, NUL-terminated.</summary>
[InlineArray(64)]
internal struct AppName
{
    private byte _first;

    public static AppName From(string name)
    {
        var result = default(AppName);
        Encoding.UTF8.GetEncoder().Convert(name, ((Span<byte>)result)[..63], flush: false, out _, out _, out _);
        return result;
    }

    public override readonly string ToString()
    {
        ReadOnlySpan<byte> bytes = this;
        return Encoding.UTF8.GetString(bytes[..bytes.IndexOf((byte)0)]);
    }
}
