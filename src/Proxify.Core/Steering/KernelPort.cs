namespace Proxify.Steering;

/// <summary>A port in the kernel's map.</summary>
/// <param name="Port">Host byte order.</param>
/// <param name="ByHand">Put there by an operator, not by the proxy from its config.</param>
internal readonly record struct KernelPort(ushort Port, bool ByHand);
