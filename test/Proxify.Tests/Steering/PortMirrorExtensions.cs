using Proxify.Steering;

namespace Proxify.Tests.Steering;

internal static class PortMirrorExtensions
{
    /// <summary>A change that nothing keeps from coming into force.</summary>
    public static PortChanges Apply(this PortMirror mirror, IEnumerable<ushort> ports)
    {
        mirror.Prepare(ports);
        return mirror.Commit();
    }
}
