using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using ZkHealth.Aggregation;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Cli.Terminal;

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

    /// <summary>The 32 bytes by which a model is known: those that are given in hexadecimal, or SHA-256 of its name.</summary>
    public static byte[] ModelOf(string text) =>
        text.Length == 64 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text)
        : text.Length > 0 ? SHA256.HashData(Encoding.UTF8.GetBytes(text))
        : throw new UsageException("--model: expected a name, or 64 hexadecimal digits");

    public bool HasModel(ParseResult parsed) => parsed.GetValue(_model) is not null;

    public int? Round(ParseResult parsed) => parsed.GetValue(_round);

    public byte[] Model(ParseResult parsed, IBulletinBoard board)
    {
        if (parsed.GetValue(_model) is string text)
        {
            return ModelOf(text);
        }

        return RoundLog.Models(board) switch
        {
            [] => throw new UsageException("the ledger has no rounds of learning"),
            [ReadOnlyMemory<byte> one] => one.ToArray(),
            IReadOnlyList<ReadOnlyMemory<byte>> many => throw new UsageException(
                "the ledger has several models; give one by --model: "
                    + string.Join(", ", many.Select(m => Convert.ToHexStringLower(m.Span)))
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
        return new RoundLog(board, terms.Model.Span).Read(terms.Round).Single();
    }
}
