using Proxify.Handover;
using Proxify.Runtime;

namespace Proxify.Hosting;

/// <summary>This process takes another one's place.</summary>
/// <param name="Predecessor">The other one.</param>
/// <param name="Changes">What was changed there at run time and holds.</param>
internal sealed record Succession(Predecessor Predecessor, Overrides Changes);
