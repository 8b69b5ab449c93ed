using System.CommandLine;
using System.Globalization;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli.Commands;

/// <summary>Options of all terms, whatever is asked: the ledger, who takes part, how many it takes, when the
/// cut-offs are planned.</summary>
internal sealed class AgreementOptions
{
    private readonly Option<string?> _ledger = new("--ledger") { Description = "The ledger file on which the session runs." };
    private readonly Option<string?> _origin = new("--origin")
    {
        Description = "The ledger's name, where its file is not at hand.",
    };
    private readonly Option<string[]> _hospitals = Party(
        "--hospital",
        "Who may contribute: key files, or owners in hexadecimal."
    );
    private readonly Option<string[]> _members = Party("--member", "The committee, an odd number.");
    private readonly Option<string[]> _closers = Party(
        "--closer",
        "Who says that a cut-off has come; the committee if left out."
    );
    private readonly Option<int?> _closeQuorum = new Option<int?>("--close-quorum")
    {
        Description = "How many of them; the threshold if left out.",
    }.Within(1);
    private readonly Option<int?> _threshold = new Option<int?>("--threshold")
    {
        Description = "So many members open a sum, one fewer learn nothing; half of them, rounded up, if left out.",
    }.Within(1);
    private readonly Option<int> _minimum = new Option<int>("--minimum")
    {
        Description = "At least so many contributors.",
        DefaultValueFactory = _ => 3,
    }.Within(0);
    private readonly Option<int> _coalition = new Option<int>("--coalition")
    {
        Description = "So many hospitals are assumed to collude.",
        DefaultValueFactory = _ => 1,
    }.Within(0);
    private readonly Option<string?> _cutOffs = new("--cut-offs")
    {
        Description =
            "When cut-offs 1 to 4 are planned: four times such as 2026-05-01T12:00:00Z, or minutes from now such as +10,+15,+16,+17.",
    };

    private readonly Option<string?> _voidAfter = new("--void-after")
    {
        Description =
            "When a session that is not frozen is void for ever, by the ledger's own time: a time, or minutes from now such as +1440.",
    };

    // ISO 8601 alone: 01/05/2026 is a day in January or in May
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd"];

    public IEnumerable<Option> Board => [_ledger, _origin];

    public IEnumerable<Option> Parties =>
        [_hospitals, _members, _threshold, _minimum, _coalition, _closers, _closeQuorum, _cutOffs, _voidAfter];

    public static Option<string[]> Party(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

    /// <summary>A key file, or an owner in hexadecimal.</summary>
    public static PartyId PartyOf(string text) =>
        text.Length == 64 && text.All(char.IsAsciiHexDigit)
            ? new PartyId(Convert.FromHexString(text))
            : LedgerBoard.PartyOf(Inputs.PublicKey(text));

    /// <summary>The parties of an option, in the order of terms. A key named twice is a mistake.</summary>
    public static PartyId[] PartiesOf(ParseResult parsed, Option<string[]> option)
    {
        string[] texts = parsed.GetValue(option) ?? [];
        PartyId[] parties = [.. texts.Select(PartyOf)];
        for (int i = 0; i < parties.Length; i++)
        {
            if (Array.IndexOf(parties, parties[i]) != i)
            {
                throw new UsageException($"{option.Name}: '{texts[i]}' is named twice");
            }
        }

        return [.. parties.Order()];
    }

    public string Origin(ParseResult parsed) => ProveOptions.Origin(parsed, parsed.GetValue(_ledger), parsed.GetValue(_origin));

    public PartyId[] Hospitals(ParseResult parsed) => PartiesOf(parsed, _hospitals);

    public PartyId[] Committee(ParseResult parsed) => PartiesOf(parsed, _members);

    /// <summary>Terms with thresholds, closers and plan as asked.</summary>
    public AggregationTerms Complete(ParseResult parsed, AggregationTerms terms) =>
        terms with
        {
            Threshold = parsed.GetValue(_threshold) ?? terms.Threshold,
            Minimum = parsed.GetValue(_minimum),
            Coalition = parsed.GetValue(_coalition),
            Closers = PartiesOf(parsed, _closers) is { Length: > 0 } closers ? closers : null,
            CloseQuorum = parsed.GetValue(_closeQuorum),
            PlannedCutOffs = CutOffs(parsed.GetValue(_cutOffs)),
            VoidAfter = parsed.GetValue(_voidAfter) is string text ? Times("--void-after", text)[0] : 0,
        };

    private static long[] CutOffs(string? text)
    {
        if (text is null)
        {
            return [0, 0, 0, 0];
        }

        long[] times = Times("--cut-offs", text);
        return times.Length == 4 ? times : throw new UsageException("--cut-offs: expected four times with commas between them");
    }

    private static long[] Times(string option, string text)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return
        [
            .. text.Split(',', StringSplitOptions.TrimEntries)
                .Select(t =>
                {
                    if (
                        t.StartsWith('+')
                        && double.TryParse(
                            t[1..],
                            NumberStyles.AllowDecimalPoint,
                            CultureInfo.InvariantCulture,
                            out double minutes
                        )
                    )
                    {
                        return now + (long)(60 * minutes);
                    }

                    if (
                        !DateTimeOffset.TryParseExact(
                            t,
                            TimeFormats,
                            CultureInfo.InvariantCulture,
                            DateTimeStyles.AssumeUniversal,
                            out DateTimeOffset time
                        )
                    )
                    {
                        throw new UsageException(
                            $"{option}: expected a time such as 2026-05-01T12:00:00Z, or +10 for in ten minutes, got '{t}'"
                        );
                    }

                    return time.ToUnixTimeSeconds();
                }),
        ];
    }
}
