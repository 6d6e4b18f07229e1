using System.Text;

namespace Proxify.SystemTests.Framed;

/// <summary>Random things that some clients say, one after the other. It knows how many replies each gets, not what they are.</summary>
internal sealed class RedisScript
{
    /// <summary>Requests in which a server finds fault: the last word to it.</summary>
    private static readonly string[] s_faults =
    [
        "*1\r\n$abc\r\n", "*1\r\n+PING\r\n", "*99999999999\r\n", "*1\r\n$-5\r\n", "GET \"a\r\n", "*x\r\nPING\r\n", "*2\r\n$4\r\nECHO\r\n$99999999999999\r\n",
    ];

    /// <summary>And those that it takes, though clients do not speak so.</summary>
    private static readonly (string Text, int Replies)[] s_oddities =
    [
        ("PING\r\n", 1), ("ping\n", 1), ("\r\n", 0), ("\r\n\r\n\n", 0), ("*0\r\n", 0), ("*-1\r\n", 0), ("ECHO \"a b\\x00\\n\"\r\n", 1),
        ("ECHO 'inline'\r\n", 1),
        ("*1\r\n$4\r\nPINGxx", 1), ("*1\r\n$0\r\n\r\n", 1), ("  ECHO   spaces  \r\n", 1), ("*01\r\n$4\r\nPING\r\n", -1), ("*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", 1),
        ("*+1\r\n$4\r\nPING\r\n", -1),
    ];

    private readonly Random _random;
    private readonly bool _isShared;
    private readonly ScriptedClient[] _clients;
    private readonly RedisCommandTexts[] _commands;
    private readonly RedisCommandTexts[] _ownCommands;
    private readonly StringBuilder _request = new();
    private int[] _replies = [];
    private bool _ends;

    /// <param name="seed">What is drawn.</param>
    /// <param name="clients">How many.</param>
    /// <param name="prefix">Of all keys and channels; null: clients share them.</param>
    public RedisScript(int seed, int clients, string? prefix = null)
    {
        _random = new(seed);
        _isShared = prefix is null;
        _clients = [.. Enumerable.Range(0, clients).Select(static _ => new ScriptedClient())];
        _commands = [.. _clients.Select(_ => new RedisCommandTexts(_random, prefix ?? ""))];
        _ownCommands = [.. _clients.Select((_, i) => new RedisCommandTexts(_random, $"{prefix}own{i}:"))];
        Prefix = prefix ?? "";
    }

    private string Prefix { get; }

    public Step Next()
    {
        int client;
        do
        {
            client = _random.Next(_clients.Length);
        }
        while (_clients[client].WaitsAt is not null);

        _request.Clear();
        _replies = new int[_clients.Length];
        _ends = false;
        if (_random.Next(3) == 0 && Array.FindIndex(_clients, static c => c.WaitsAt is not null) is var waiting and >= 0 && CanPush(client))
            Push(client, waiting);
        else
            SayMuch(client);
        return new(client, _request.ToString(), _replies, _ends, _clients.Count(static c => c.WaitsAt is not null));
    }

    private void SayMuch(int client)
    {
        var burst = _random.Next(4) == 0 ? _random.Next(1, 40) : 1;
        for (var i = 0; i < burst && !_ends && _clients[client].WaitsAt is null; i++)
        {
            if (_clients[client].IsSilent)
                SayUnheard(client);
            else if (_clients[client].IsInTransaction)
                SayInTransaction(client);
            else if (_clients[client].IsRestricted)
                SayAsSubscriber(client);
            else if (_random.Next(6) == 0)
                SayOfState(client);
            else
                Say(client, _commands[client].Next());
        }
    }

    private void Say(int client, string request, int replies = 1)
    {
        _request.Append(request);
        _replies[client] += replies;
    }

    private void Say(int client, string[] words, int replies = 1) => Say(client, Resp.Request(words), replies);

    private void SayUnheard(int client)
    {
        if (_random.Next(3) > 0)
        {
            Say(client, _ownCommands[client].Next(), replies: 0);
            return;
        }

        _clients[client].IsSilent = false;
        Say(client, ["CLIENT", "REPLY", "ON"]);
    }

    private void SayInTransaction(int client)
    {
        if (_random.Next(4) > 0)
        {
            Say(client, _random.Next(12) == 0 ? Resp.Request("MULTI") : _commands[client].Next());
            return;
        }

        _clients[client].IsInTransaction = false;
        Say(client, [_random.Next(4) == 0 ? "DISCARD" : "EXEC"]);
    }

    private void SayAsSubscriber(int client)
    {
        switch (_random.Next(8))
        {
            case 0: Say(client, ["PING", "subscribed"]); break;
            case 1: Say(client, ["GET", Prefix + "s1"]); break;
            case 2: Reset(client); break;
            case 3: End(client, Resp.Request("QUIT")); break;
            case 4: Subscribe(client); break;
            default: Unsubscribe(client); break;
        }
    }

    private void SayOfState(int client)
    {
        switch (_random.Next(24))
        {
            case 0 or 1: Say(client, ["SELECT", $"{_random.Next(3)}"]); break;
            case 2 or 3: Begin(client); break;
            case 4: Say(client, ["WATCH", Prefix + "s1", Prefix + "s2"]); break;
            case 5 or 6: Subscribe(client); break;
            case 7: Unsubscribe(client); break;
            case 8 or 9 or 10: Publish(client); break;
            case 11: Hello(client, 3); break;
            case 12: Hello(client, 2); break;
            case 13: Say(client, ["CLIENT", "SETNAME", $"name{_random.Next(9)}"]); break;
            case 14: Silence(client); break;
            case 15: Say(client, Resp.Request("CLIENT", "REPLY", "SKIP") + Resp.Request("INCR", Prefix + "s9") + Resp.Request("GET", Prefix + "s9")); break;
            case 16: Reset(client); break;
            case 17 when _random.Next(2) == 0: End(client, Resp.Request("QUIT")); break;
            case 18 when _random.Next(2) == 0: End(client, s_faults[_random.Next(s_faults.Length)]); break;
            case 19 or 20: BeOdd(client); break;
            case 21: Say(client, ["AUTH", "reader", "secret"]); break;
            case 22 when _isShared && Array.TrueForAll(_clients, static c => !c.IsSilent): Say(client, [_random.Next(3) == 0 ? "FLUSHDB" : "DBSIZE"]); break;
            default: Wait(client); break;
        }
    }

    private void Begin(int client)
    {
        _clients[client].IsInTransaction = true;
        Say(client, ["MULTI"]);
    }

    private void Hello(int client, int version)
    {
        _clients[client].SpeaksResp3 = version == 3;
        Say(client, ["HELLO", $"{version}"]);
    }

    private void Silence(int client)
    {
        if (_clients[client].Channels.Count + _clients[client].Patterns.Count > 0)
            return;
        _clients[client].IsSilent = true;
        Say(client, ["CLIENT", "REPLY", "OFF"], replies: 0);
    }

    private void BeOdd(int client)
    {
        var (text, replies) = s_oddities[_random.Next(s_oddities.Length)];
        if (replies < 0)
            End(client, text);
        else
            Say(client, text, replies);
    }

    private void Reset(int client)
    {
        _clients[client].Forget();
        Say(client, ["RESET"]);
    }

    private void End(int client, string request)
    {
        _clients[client] = new();
        _ends = true;
        Say(client, request, replies: 0);
    }

    /// <summary>At a key that only a client pushes to who sees it wait; what it says behind that has to wait, too.</summary>
    private void Wait(int client)
    {
        if (!_isShared || _clients.Count(static c => c.WaitsAt is null) < 2)
            return;
        var key = $"queue{client}";
        var held = Enumerable.Range(0, _random.Next(3)).Select(_ => _ownCommands[client].Next());
        _clients[client].WaitsAt = key;
        Say(client, ["SELECT", "0"]);
        Say(client, ["BLPOP", key, "0"], replies: 0);
        _clients[client].HeldUp = 1;
        foreach (var request in held)
        {
            Say(client, request, replies: 0);
            _clients[client].HeldUp++;
        }
    }

    private bool CanPush(int client) => _clients[client] is { IsInTransaction: false, IsSilent: false, IsRestricted: false };

    private void Push(int client, int waiting)
    {
        Say(client, Resp.Request("SELECT", "0") + Resp.Request("RPUSH", _clients[waiting].WaitsAt!, _commands[client].Value()), replies: 2);
        _replies[waiting] += _clients[waiting].HeldUp;
        _clients[waiting].WaitsAt = null;
    }

    private void Subscribe(int client)
    {
        if (_random.Next(3) == 0)
        {
            _clients[client].Patterns.Add(Prefix + "news*");
            Say(client, ["PSUBSCRIBE", Prefix + "news*"]);
            return;
        }

        string[] channels = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => $"{Prefix}news{_random.Next(3)}")];
        _clients[client].Channels.UnionWith(channels);
        Say(client, ["SUBSCRIBE", .. channels], replies: channels.Length);
    }

    private void Unsubscribe(int client)
    {
        if (_random.Next(3) == 0)
        {
            _clients[client].Patterns.Remove(Prefix + "news*");
            Say(client, ["PUNSUBSCRIBE", Prefix + "news*"]);
            return;
        }

        string[] channels = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => $"{Prefix}news{_random.Next(3)}")];
        _clients[client].Channels.ExceptWith(channels);
        Say(client, ["UNSUBSCRIBE", .. channels], replies: channels.Length);
    }

    private void Publish(int client)
    {
        var channel = $"{Prefix}news{_random.Next(3)}";
        Say(client, ["PUBLISH", channel, _commands[client].Value()]);
        for (var i = 0; i < _clients.Length; i++)
            _replies[i] += (_clients[i].Channels.Contains(channel) ? 1 : 0) + (_clients[i].Patterns.Count > 0 ? 1 : 0);
    }
}
