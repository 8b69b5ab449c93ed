using System.CommandLine;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands;

/// <summary>Options of a party of a session: which ledger, who it is, which session, how long it
/// waits.</summary>
internal sealed class BoardOptions
{
    private readonly Option<string> _ledger = new("--ledger") { Description = "The ledger file.", Required = true };
    private readonly Option<string> _key = new("--key") { Description = "The party's secret key.", Required = true };
    private readonly Option<string?> _ledgerKey = new("--ledger-secret-key")
    {
        Description = "The ledger's secret key file; LEDGER.key if left out.",
    };
    private readonly Option<string?> _state = new("--state")
    {
        Description = "The folder of what the member keeps: session keys, what it signed and answered. KEY.member if left out.",
    };
    private readonly Option<string?> _session = new("--session") { Description = "The session, or the first digits of it." };
    private readonly Option<string?> _terms = new("--terms") { Description = "The file of the session's terms." };
    private readonly Option<string?> _kept = new("--kept")
    {
        Description = "The folder where the dealer keeps its ciphertexts, to post them again; KEY.dealt if left out.",
    };
    private readonly Option<double> _wait = new Option<double>("--wait")
    {
        Description = "Seconds to wait for other parties, where they come first.",
    }.Within(0);

    public IEnumerable<Option> Writing => [_ledger, _key, _ledgerKey];

    public Option State => _state;

    public Option Session => _session;

    /// <summary>The options of a step: its session is named, by its digits or by its terms.</summary>
    public IEnumerable<Option> NamedSession => [_session, _terms];

    public Option Wait => _wait;

    public Option KeptFolder => _kept;

    /// <summary>Gives a command the options of a party that writes, and more.</summary>
    public static Command With(Command command, BoardOptions board, params Option[] more)
    {
        foreach (Option option in (Option[])[.. board.Writing, .. more])
        {
            command.Add(option);
        }

        return command;
    }

    /// <summary>Opens the folder where a dealer keeps its ciphertexts, to post one that a member says has not come.</summary>
    public BlobFolder Kept(ParseResult parsed) => new(parsed.GetValue(_kept) ?? parsed.GetValue(_key)! + ".dealt");

    public OpenBoard Open(ParseResult parsed) =>
        OpenBoard.ToWrite(parsed.GetValue(_ledger)!, parsed.GetValue(_key)!, parsed.GetValue(_ledgerKey));

    public string StateFolder(ParseResult parsed) => parsed.GetValue(_state) ?? parsed.GetValue(_key)! + ".member";

    /// <summary>
    /// The session that --session or --terms names, for every command that speaks in a session with a party's key, of a party
    /// that has approved no terms. It is never guessed: a stranger's session may be the only one, and what a party says in it
    /// carries its secrets or its signature (attack A0).
    /// </summary>
    public byte[] NamedSid(ParseResult parsed, LedgerBoard board) =>
        Named(
            board,
            parsed.GetValue(_session),
            parsed.GetValue(_terms) is string file ? TermsFile.Read(file).Digest() : null,
            "--terms"
        );

    /// <summary>The session that is given by its digits, or the one under the terms of a digest; refused where neither
    /// is.</summary>
    /// <param name="board">The ledger.</param>
    /// <param name="given">The first digits of the session.</param>
    /// <param name="digest">The digest of the terms.</param>
    /// <param name="option">The option that names the terms.</param>
    /// <param name="more">Determines what other terms the digest stands for.</param>
    public static byte[] Named(
        LedgerBoard board,
        string? given,
        byte[]? digest,
        string option,
        Func<AggregationTerms, bool>? more = null
    )
    {
        if (given is not null)
        {
            return FindSession(board, given);
        }

        return digest is not null
            ? SessionUnder(board, digest, more)
            : throw new UsageException($"expected {option} or --session: a party speaks in no session by guess");
    }

    /// <summary>The only session that is open under terms.</summary>
    public static byte[] SessionUnder(LedgerBoard board, byte[] digest, Func<AggregationTerms, bool>? more = null)
    {
        AggregationSession[] sessions =
        [
            .. Sessions(board).Where(s => s.Terms.Digest().AsSpan().SequenceEqual(digest) || more?.Invoke(s.Terms) == true),
        ];
        return sessions switch
        {
            [AggregationSession one] => one.Sid.ToArray(),
            [] => throw new UsageException(
                $"no session under the terms {Convert.ToHexStringLower(digest)} is opened on this ledger"
            ),
            _ => throw new UsageException(
                $"--session: expected one of {string.Join(", ", sessions.Select(s => Convert.ToHexStringLower(s.Sid.Span)))}"
            ),
        };
    }

    /// <summary>The session as it is given; null where it is left out.</summary>
    public string? GivenSession(ParseResult parsed) => parsed.GetValue(_session);

    /// <summary>Repeats a step while it waits for other parties.</summary>
    public StepOutcome Run(ParseResult parsed, Func<StepOutcome> step, CancellationToken token)
    {
        long end = Environment.TickCount64 + (long)(1000 * parsed.GetValue(_wait));
        StepOutcome outcome = step();
        while (outcome.Status == StepStatus.Pending && Environment.TickCount64 < end)
        {
            token.WaitHandle.WaitOne(200);
            token.ThrowIfCancellationRequested();
            outcome = step();
        }

        return outcome;
    }

    /// <summary>The session that was opened under these first digits of its name; the only one where none are given.</summary>
    public static byte[] FindSession(LedgerBoard board, string? prefix)
    {
        if (prefix is not null && (prefix.Length > 64 || !prefix.All(char.IsAsciiHexDigit)))
        {
            throw new UsageException($"--session: expected 64 hexadecimal digits, or the first of them, got '{prefix}'");
        }

        if (prefix is { Length: 64 })
        {
            return Convert.FromHexString(prefix);
        }

        string[] found =
        [
            .. Sessions(board)
                .Select(s => Convert.ToHexStringLower(s.Sid.Span))
                .Where(s => s.StartsWith(prefix ?? "", StringComparison.OrdinalIgnoreCase)),
        ];
        return found.Length switch
        {
            1 => Convert.FromHexString(found[0]),
            0 => throw new UsageException(
                prefix is null ? "no session is opened on this ledger" : $"no session on this ledger begins with {prefix}"
            ),
            _ => throw new UsageException($"--session: expected one of {string.Join(", ", found.Order(StringComparer.Ordinal))}"),
        };
    }

    /// <summary>The sessions that are open on a ledger: those whose entry can be read and is that of its session.</summary>
    public static IReadOnlyList<AggregationSession> Sessions(LedgerBoard board)
    {
        var sessions = new Dictionary<string, AggregationSession>(StringComparer.Ordinal);
        foreach (long position in board.FindAll(BoardKinds.Open))
        {
            if (
                board.Read(position) is BoardEntry entry
                && AggregationSession.TryDecode(entry.Body, out AggregationSession? session, out _)
                && session.Sid.Span.SequenceEqual(entry.Subject.Span)
            )
            {
                sessions.TryAdd(Convert.ToHexStringLower(session.Sid.Span), session);
            }
        }

        return [.. sessions.Values];
    }
}

/// <summary>A ledger opened as a board, with what lies beside it, for one party or for reading.</summary>
internal sealed class OpenBoard : IDisposable
{
    private readonly SigningKey? _ledgerKey;

    private OpenBoard(SqliteLedger ledger, string path, SigningKey? ledgerKey, SigningKey? party)
    {
        (Ledger, _ledgerKey, Party) = (ledger, ledgerKey, party);
        Board = new LedgerBoard(ledger, BlobFolder.Beside(path), party);
    }

    public SqliteLedger Ledger { get; }

    public LedgerBoard Board { get; }

    /// <summary>The rules by which the command judges sessions: it knows the policy of learning.</summary>
    public static AggregationRules Rules => UpdatePolicy.Rules;

    /// <summary>The party's key; null for reading.</summary>
    public SigningKey? Party { get; }

    public static OpenBoard ToWrite(string path, string keyPath, string? ledgerKeyPath)
    {
        SigningKey ledgerKey = Inputs.LedgerKey(path, ledgerKeyPath),
            party = Inputs.SecretKey(keyPath);
        return new OpenBoard(Inputs.Ledger(path, ledgerKey), path, ledgerKey, party);
    }

    public static OpenBoard ToRead(string path) => new(Inputs.Ledger(path), path, null, null);

    public void Dispose()
    {
        Ledger.Dispose();
        _ledgerKey?.Dispose();
        Party?.Dispose();
    }
}
