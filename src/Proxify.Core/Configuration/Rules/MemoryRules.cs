namespace Proxify.Configuration;

internal static class MemoryRules
{
    public static void Check(ProxyLimitsConfig? limits, string path, ErrorList errors)
    {
        if (limits?.BufferMemory is < ProxyLimitsConfig.MinBufferMemory or > ProxyLimitsConfig.MaxBufferMemory)
        {
            errors.Add(
                $"{path}.{nameof(limits.BufferMemory)}",
                $"expected {ByteSize.Format(ProxyLimitsConfig.MinBufferMemory)} to {ByteSize.Format(ProxyLimitsConfig.MaxBufferMemory)}, found {ByteSize.Format(limits.BufferMemory.Value)}");
        }
    }
}
