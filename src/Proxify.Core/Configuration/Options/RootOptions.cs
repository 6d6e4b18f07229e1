namespace Proxify.Configuration;

/// <summary>The keys of the file itself.</summary>
internal static class RootOptions
{
    public static readonly ListOption<ProxyConfig, AppConfig> Apps = new(
        nameof(Apps), "apps", new AppType(), p => p.Apps, (p, value) => p with { Apps = value },
        "the services that proxify stands in front of")
    { IsRequired = true, AtLeastOne = "app" };

    public static readonly DefaultAppOption DefaultApp = new() { Absent = "absent" };

    public static readonly SectionOption<ProxyConfig, SourcesConfig> Sources = new(
        nameof(Sources), SourcesOptions.Section, p => p.Sources, (p, value) => p with { Sources = value },
        "who may connect, to any app")
    { Absent = "everybody" };

    public static readonly SectionOption<ProxyConfig, TimeoutsConfig> Timeouts = new(
        nameof(Timeouts), TimeoutsOptions.Section, p => p.Timeouts, (p, value) => p with { Timeouts = value },
        "for every app that does not set its own")
    { Absent = "see there" };

    public static readonly SectionOption<ProxyConfig, RequestsConfig> Requests = new(
        nameof(Requests), RequestsOptions.Section, p => p.Requests, (p, value) => p with { Requests = value },
        "for every [framed app](#framed-apps) that does not set its own")
    { Absent = "see there" };

    public static readonly SectionOption<ProxyConfig, ResolverConfig> Resolver = new(
        nameof(Resolver), ResolverOptions.Section, p => p.Resolver, (p, value) => p with { Resolver = value },
        "how the names of targets are asked for")
    { Absent = "see there" };

    public static readonly SectionOption<ProxyConfig, ProxyLimitsConfig> Limits = new(
        nameof(Limits), ProxyLimitsOptions.Section, p => p.Limits, (p, value) => p with { Limits = value },
        "how much may come in, over all apps")
    { Absent = "none" };

    public static readonly SectionOption<ProxyConfig, HealthConfig> Health = new(
        nameof(Health), HealthOptions.Section, p => p.Health, (p, value) => p with { Health = value },
        "for every app that does not set its own")
    { Absent = "see there" };

    public static readonly SectionOption<ProxyConfig, AccessLogConfig> AccessLog = new(
        nameof(AccessLog), AccessLogOptions.Section, p => p.AccessLog, (p, value) => p with { AccessLog = value },
        "the record written for each session, for every app that does not set its own")
    { Absent = "see there" };

    public static readonly SectionOption<ProxyConfig, AdminConfig> Admin = new(
        nameof(Admin), AdminOptions.Section, p => p.Admin, (p, value) => p with { Admin = value },
        "where it answers those who run it. Read at the start alone")
    { Absent = "see there" };

    public static readonly SchemaOption Schema = new() { Absent = "absent" };

    public static readonly Section<ProxyConfig> Section = new(
        "an object such as {\"Apps\": [...]}", Apps, DefaultApp, Sources, Timeouts, Requests, Resolver, Limits, Health, AccessLog, Admin, Schema);
}
