using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Admin;

/// <summary>Describes the admin API as OpenAPI 3.1 does: from the routes themselves, so that it says what there is.</summary>
internal static class OpenApi
{
    private static readonly JsonSchemaExporterOptions Options = new() { TreatNullObliviousAsNonNullable = true };

    public static JsonObject Describe(IReadOnlyList<AdminRoute> routes)
    {
        var paths = new JsonObject();
        foreach (var route in routes)
        {
            var path = paths[route.Path] as JsonObject;
            if (path is null)
                paths[route.Path] = path = [];
            path[route.Method.ToLowerInvariant()] = Describe(route);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "proxify",
                ["version"] = "1",
                ["description"] = "Sees and steers a running proxify, over its admin socket or the endpoints of Admin.Listen. Changes over TCP need a bearer token.",
            },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
            },
        };
    }

    private static JsonObject Describe(AdminRoute route)
    {
        var operation = new JsonObject
        {
            ["summary"] = route.Summary,
            ["parameters"] = new JsonArray([.. PathParameters(route), .. QueryParameters(route), .. Tag(route)]),
            ["responses"] = new JsonObject
            {
                ["200"] = Response("Done.", route.Result is null ? null : Schema(route.Result)),
                ["default"] = Response("What is wrong, in words.", Schema(AdminJson.Api.ErrorAnswer)),
            },
        };
        if (route.Body is not null)
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(Schema(route.Body)) };
        if (route.IsChange)
            operation["security"] = new JsonArray(new JsonObject(), new JsonObject { ["token"] = new JsonArray() });
        return operation;
    }

    private static IEnumerable<JsonNode> PathParameters(AdminRoute route) =>
        route.Path.Split('/').Where(segment => segment.StartsWith('{')).Select(segment => Parameter(segment[1..^1], "path", "", isRequired: true));

    private static IEnumerable<JsonNode> QueryParameters(AdminRoute route) =>
        route.Query.Select(parameter => Parameter(parameter.Name, "query", parameter.Meaning, isRequired: false));

    private static IEnumerable<JsonNode> Tag(AdminRoute route) =>
        route.IsChange ? [Parameter("If-Match", "header", "only if this is still the generation in force (ETag)", isRequired: false)] : [];

    private static JsonObject Parameter(string name, string place, string meaning, bool isRequired) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["description"] = meaning,
        ["required"] = isRequired,
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject Response(string description, JsonNode? schema)
    {
        var response = new JsonObject { ["description"] = description };
        if (schema is not null)
            response["content"] = Content(schema);
        return response;
    }

    private static JsonObject Content(JsonNode schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    private static JsonNode Schema(JsonTypeInfo type) => type.GetJsonSchemaAsNode(Options);
}
