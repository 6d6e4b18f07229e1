namespace Proxify.Configuration;

/// <summary>The longest ejection is no shorter than the first.</summary>
internal static class HealthRules
{
    /// <param name="health">The section; null: an error already.</param>
    /// <param name="outer">The section whose values hold where it sets nothing; null: the defaults do.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="errors">Takes the errors.</param>
    public static void Check(HealthConfig? health, HealthConfig? outer, string path, ErrorList errors)
    {
        // Told where either is set, not again in every app below.
        if ((health?.EjectFor ?? health?.EjectMax) is null)
            return;

        var first = HealthOptions.EjectFor.Of(health!, outer);
        var longest = HealthOptions.EjectMax.Of(health!, outer);
        if (first > longest)
            errors.Add($"{path}.{(health!.EjectMax is null ? HealthOptions.EjectFor.Name : HealthOptions.EjectMax.Name)}",
                $"the longest ejection, {Duration.Format(longest)}, is shorter than the first, {Duration.Format(first)}");
    }
}
