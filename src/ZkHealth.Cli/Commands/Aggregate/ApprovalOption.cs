using System.CommandLine;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Aggregation.Learning;

namespace ZkHealth.Cli.Commands;

/// <summary>
/// `--approve`: the hospital's answer to the terms that it deals under. Who opens a session first chooses its committee, so
/// nothing is dealt before a person has seen committee, question and digest; once approved, the approval stands on the ledger.
/// </summary>
internal sealed class ApprovalOption
{
    private readonly Option<string?> _approve = new("--approve")
    {
        Description =
            "Approve the terms that have this digest (aggregate show prints it), or those of this file; asked for where it is left out.",
    };

    public Option Option => _approve;

    /// <summary>The session that is given by --session, or the one under the terms that --approve names. It is never
    /// guessed.</summary>
    public byte[] FindSession(ParseResult parsed, LedgerBoard board, string? given)
    {
        byte[]? digest = given is null ? Digest(parsed) : null;
        return BoardOptions.Named(
            board,
            given,
            digest,
            "--approve with the digest or the file of the terms,",
            terms => Approves(terms, digest!)
        );
    }

    /// <summary>The round that --model names (and --round, else its last); or the one under the terms of --approve. It is never
    /// guessed.</summary>
    public (AggregationSession Session, RoundTerms Terms) FindRound(ParseResult parsed, RoundOptions round, LedgerBoard board)
    {
        if (round.HasModel(parsed))
        {
            return round.Find(parsed, board);
        }

        AggregationSession session = SessionOf(board, FindSession(parsed, board, null));
        return UpdatePolicy.TryTerms(session.Terms, out RoundTerms? terms, out string? reason)
            ? (session, terms)
            : throw new UsageException(reason);
    }

    /// <summary>The session of an identifier.</summary>
    /// <exception cref="UsageException">It is not opened.</exception>
    public static AggregationSession SessionOf(LedgerBoard board, byte[] sid) =>
        BoardOptions.Sessions(board).FirstOrDefault(s => s.Sid.Span.SequenceEqual(sid))
        ?? throw new UsageException($"session {Convert.ToHexStringLower(sid)} is not opened on this ledger");

    /// <summary>Shows the terms and takes the approval, unless it stands on the ledger.</summary>
    public void Ensure(ParseResult parsed, LedgerBoard board, byte[] sid, Dealer dealer, Report report)
    {
        AggregationSession session = SessionOf(board, sid);
        byte[] own = OpenBoard.Rules.ApprovalDigest(session.Terms);
        if (dealer.HasApproved())
        {
            return;
        }

        byte[] digest = Digest(parsed) ?? Ask(session.Terms, own, board);
        StepOutcome outcome = dealer.Approve(digest.AsSpan().SequenceEqual(session.Terms.Digest()) ? own : digest);
        if (!outcome.IsDone)
        {
            throw new UsageException(outcome.Reason);
        }

        report.Add("approval", outcome.Position, $"approved the terms {Convert.ToHexStringLower(own)}, entry {outcome.Position}");
    }

    /// <summary>The approval of terms whose session is not open yet.</summary>
    public byte[] OfTerms(ParseResult parsed, AggregationTerms terms, LedgerBoard board)
    {
        byte[] own = OpenBoard.Rules.ApprovalDigest(terms);
        if (board.Find(BoardKinds.Approval, own).Any(p => board.Read(p)?.Author == board.Author))
        {
            return own;
        }

        byte[] digest = Digest(parsed) ?? Ask(terms, own, board);
        return Approves(terms, digest)
            ? own
            : throw new UsageException(
                $"--approve: the digest of the terms is {Convert.ToHexStringLower(own)}, not {Convert.ToHexStringLower(digest)}"
            );
    }

    private byte[]? Digest(ParseResult parsed)
    {
        string? text = parsed.GetValue(_approve);
        if (text is null)
        {
            return null;
        }

        if (text.Length == 64 && text.All(char.IsAsciiHexDigit))
        {
            return Convert.FromHexString(text);
        }

        if (File.Exists(text))
        {
            return TermsFile.Read(text).Digest();
        }

        throw new UsageException(
            $"--approve: expected a file of terms, or the 64 hexadecimal digits of their digest, got '{text}'"
        );
    }

    /// <summary>The digest of one session's terms, or the one that stands for several (all rounds of a model).</summary>
    private static bool Approves(AggregationTerms terms, byte[] digest) =>
        terms.Digest().AsSpan().SequenceEqual(digest)
        || (
            (terms.Policy.Length == 0 || OpenBoard.Rules.Policies.Any(p => p.Name == terms.Policy))
            && OpenBoard.Rules.ApprovalDigest(terms).AsSpan().SequenceEqual(digest)
        );

    /// <summary>Shows the terms at a terminal and asks; where there is none, or another answer, nothing is approved.</summary>
    private static byte[] Ask(AggregationTerms terms, byte[] digest, LedgerBoard board)
    {
        var shown = new Report();
        TermsFile.Describe(terms, shown);
        shown.Line($"  the committee by name: {string.Join(", ", terms.Committee.Select(m => PartyNames.Name(board, m)))}");
        PartyNames.LookAlikes(board, terms.Committee, shown);
        using var text = new StringWriter();
        shown.Write(text, json: false, ExitCode.Accepted);
        string name = Convert.ToHexStringLower(digest),
            refusal = $"nothing is dealt before the terms are approved: read them, then repeat the command with --approve {name}";
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
        {
            throw new UsageException($"{refusal}\n{text}");
        }

        Console.Error.Write($"{text}Deal under these terms? Type the first eight digits of {name} to approve them: ");
        string answer = Console.ReadLine()?.Trim() ?? "";
        return answer.Length >= 8 && name.StartsWith(answer, StringComparison.OrdinalIgnoreCase)
            ? digest
            : throw new UsageException(refusal);
    }
}
