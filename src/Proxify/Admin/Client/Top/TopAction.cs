using System.Text.Json;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Admin.Client.Top;

/// <summary>A change to what a row shows; made only after a question, which names it: rows move.</summary>
/// <param name="Question">Without its question mark.</param>
/// <param name="Method">Of the request.</param>
/// <param name="Path">Of the request.</param>
/// <param name="Done">What has been done, from the answer.</param>
internal sealed record TopAction(string Question, HttpMethod Method, string Path, Func<string, string> Done)
{
    /// <param name="key"><c>d</c>, <c>e</c>, <c>x</c> or <c>K</c>.</param>
    /// <param name="row">The selected one.</param>
    /// <returns>Null: it is nothing for such a row.</returns>
    public static TopAction? Of(char key, TopRow row) => (key, row.Target) switch
    {
        ('d', { } target) => Weight("drain", "it gets no new sessions", row.App, target),
        ('e', { } target) => Weight("enable", "it gets its own weight again", row.App, target),
        ('x', { } target) => Weight("disable", "it gets no new sessions, and those it has are ended", row.App, target),
        ('K', _) => Kill(row),
        _ => null,
    };

    /// <returns>What has come of it, for the user.</returns>
    public async Task<string> ExecuteAsync(AdminClient client, CancellationToken stop)
    {
        try
        {
            return Done(await client.SendAsync(Method, Path, null, stop));
        }
        catch (AdminClientException e)
        {
            return $"not done: {e.Message}";
        }
    }

    private static TopAction Weight(string verb, string meaning, string app, string target) => new(
        $"{verb} {target} of {app} ({meaning})", HttpMethod.Post, $"/v1/apps/{Escape(app)}/targets/{Escape(target)}/{verb}",
        text =>
        {
            var answer = JsonSerializer.Deserialize(text, AdminJson.Api.WeightAnswer)!;
            var killed = answer.Killed > 0 ? $"; {answer.Killed} sessions ended" : "";
            return $"{app} {target}: weight {answer.Weight}, before {answer.Before}{killed}{(answer.NotKept is { } why ? $"; not kept: {why}" : "")}";
        });

    private static TopAction Kill(TopRow row)
    {
        var (what, filter) = row switch
        {
            { Session: { } id } => ($"session {id}", $"id={Escape(id)}"),
            { Target: { } target } => ($"all sessions of {target} of {row.App}", $"app={Escape(row.App)}&target={Escape(target)}"),
            _ => ($"all sessions of {row.App}", $"app={Escape(row.App)}"),
        };
        return new TopAction($"end {what}", HttpMethod.Delete, $"/v1/sessions?{filter}",
            text => $"{JsonSerializer.Deserialize(text, AdminJson.Api.KillAnswer)!.Killed} ended");
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);
}
