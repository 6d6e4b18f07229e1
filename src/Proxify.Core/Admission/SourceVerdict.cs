namespace Proxify.Admission;

/// <summary>What a source rule says of an address. The numbers are those of enum verdict in bpf/sources.h.</summary>
internal enum SourceVerdict : byte
{
    Allow = 0,
    Deny = 1,
}
