using System.CommandLine;
using ZkHealth.Aggregation;
using ZkHealth.Aggregation.Learning;

namespace ZkHealth.Cli.Commands;

/// <summary>Names which model and which round of it.</summary>
internal sealed class RoundOptions
{
    private readonly Option<string?> _model = new("--model")
    {
        Description = "The model: its name, or its 64 hexadecimal digits; may be left out where the ledger has one.",
    };
    private readonly Option<int?> _round;

    public RoundOptions(string round = "The round; the last that was begun if left out.") =>
        _round = new("--round") { Description = round };

    public IEnumerable<Option> All => [_model, _round];

    public static Argument<string> LedgerArgument() =>
        new("LEDGER") { Description = "The ledger file; what lies beside it is in LEDGER.blobs." };

    /// <summary>Gives a command the options.</summary>
    public static Command With(Command command, RoundOptions round)
    {
        foreach (Option option in round.All)
        {
            command.Add(option);
        }

        return command;
    }

    public bool HasModel(ParseResult parsed) => parsed.GetValue(_model) is not null;

    public int? Round(ParseResult parsed) => parsed.GetValue(_round);

    /// <summary>The identifier of the model. A name alone says which only where one model has it: anybody may found another under
    /// the same name, so for a party those count in which it takes part, and of several none is taken by guess.</summary>
    public byte[] Model(ParseResult parsed, IBulletinBoard board)
    {
        string? text = parsed.GetValue(_model);
        if (text is { Length: 64 } && text.All(char.IsAsciiHexDigit))
        {
            return Convert.FromHexString(text);
        }

        LearningModel[] models =
        [
            .. RoundLog
                .Models(board)
                .Where(m => text is null || m.Name == text)
                .Where(m => board.Author is not PartyId self || new RoundLog(board, m.Id.Span).HasParty(self)),
        ];
        return models switch
        {
            [LearningModel one] => one.Id.ToArray(),
            [] => throw new UsageException(
                text is null ? "the ledger has no rounds of learning" : $"the ledger has no rounds of a model '{text}'"
            ),
            _ => throw new UsageException(
                "several models are meant; give one by the digits that your region agreed on, --model: "
                    + string.Join(", ", models.Select(m => $"{Convert.ToHexStringLower(m.Id.Span)} ({m.Name})"))
            ),
        };
    }

    /// <summary>The session of the round and its terms.</summary>
    public (AggregationSession Session, RoundTerms Terms) Find(ParseResult parsed, IBulletinBoard board)
    {
        byte[] model = Model(parsed, board);
        if (
            new RoundLog(board, model).SessionOf(Round(parsed)) is AggregationSession session
            && UpdatePolicy.TryTerms(session.Terms, out RoundTerms? terms, out _)
        )
        {
            return (session, terms);
        }

        throw new UsageException(
            Round(parsed) is int round
                ? $"round {round} of model {Convert.ToHexStringLower(model)} is not begun on this ledger"
                : $"no round of model {Convert.ToHexStringLower(model)} is begun on this ledger"
        );
    }

    /// <summary>The round, verified.</summary>
    public RoundView Read(ParseResult parsed, IBulletinBoard board)
    {
        RoundTerms terms = Find(parsed, board).Terms;
        return new RoundLog(board, terms.Model.Id.Span).Read(terms.Round).Single();
    }
}
