namespace Proxify.SystemTests.Upgrade;

/// <summary>A process that is to take over from one that does not speak as it does refuses, says why, and ends.</summary>
public sealed class HandoverFormatTests
{
    /// <summary>Starts a program that is to take over, says each argument to it as a message, and is there until the program ends.</summary>
    private const string Other = """
        import os, socket, subprocess, sys
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        messages, command = sys.argv[1].split("\n"), sys.argv[2:]
        program = subprocess.Popen(command, pass_fds=[theirs.fileno()], env={**os.environ, "PROXIFY_HANDOVER": str(theirs.fileno())})
        theirs.close()
        for message in messages:
            ours.send(message.encode())
        if not messages[-1].startswith("{"):
            ours.shutdown(socket.SHUT_RDWR)
        sys.exit(program.wait())
        """;

    private const string Hello = """{"Step":"Hello","Format":1}""" + "\n";

    [Theory]
    [InlineData("""{"Step":"Hello","Format":99}""", "the running process speaks version 99 of the handover, this one 1")]
    [InlineData("""{"Step":"Hello","Format":1}{""", "it says something that is not understood: ")]
    [InlineData("""{"Step":"Commit"}""", "it says Commit instead of Hello")]
    [InlineData(Hello + """{"Step":"Taken"}""", "it says Taken")]
    [InlineData(Hello + """{"Step":"Steering","StateLength":5}""", "it says something that is not understood: 1 descriptors were to come with it, 0 have")]
    [InlineData(Hello + """{"Step":"State","StateLength":5}""", "it says something that is not understood: 1 descriptors were to come with it, 0 have")]
    [InlineData(Hello + """{"Step":"Listeners","Listeners":[{"Endpoint":"[::]:1","Sockets":9}]}""", "it says something that is not understood: 9 descriptors")]
    [InlineData("x", "it says something that is not understood: ")]
    public async Task Says_what_it_does_not_understand_and_ends(string messages, string problem)
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = lab.LaunchProxify(
            Config.Single(lab.Port(), lab.Port()), new() { Prefix = [Tool.Require("python3", "python3"), "-c", Other, messages] });

        Assert.Equal(1, await proxy.ExitAsync());

        Assert.StartsWith($"proxify: it cannot take over: {problem}", Assert.Single(proxy.Problems), StringComparison.Ordinal);
    }
}
