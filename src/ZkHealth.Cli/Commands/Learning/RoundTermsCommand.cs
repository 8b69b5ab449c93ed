using System.CommandLine;
using ZkHealth.Aggregation;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth learning terms`: what is agreed before a round, as the file of terms of its session.</summary>
internal static class RoundTermsCommand
{
    public static Command Create()
    {
        var agreement = new AgreementOptions();
        var model = new Option<string>("--model")
        {
            Description =
                "The model: its name in its first round; later the file of terms of an earlier round, where those who take part have changed.",
            Required = true,
        };
        var round = new Option<int>("--round") { Description = "The round, from 0.", Required = true }.Within(0);
        var rounds = new Option<int?>("--rounds")
        {
            Description = "How many rounds the model has: a hospital approves them at once. Up to this one if left out.",
        }.Within(1, RoundTerms.MaxRounds);
        var entries = new Option<int>("--entries") { Description = "The entries of an update.", Required = true }.Within(1);
        var clip = new Option<double>("--clip")
        {
            Description = "The largest magnitude of an entry; larger ones are clipped.",
            Required = true,
        };
        var bits = new Option<int>("--bits")
        {
            Description = "Bits of an entry: 2^bits - 1 codes from -clip to clip.",
            DefaultValueFactory = _ => 8,
        };
        var stochastic = new Option<bool>("--stochastic")
        {
            Description = "Round up or down at random, without bias, rather than to the nearest code.",
        };
        var norm = new Option<double>("--norm")
        {
            Description = "The largest norm of an update, after rounding.",
            Required = true,
        };
        var cap = new Option<int>("--weight-cap")
        {
            Description = "The largest weight of a hospital (its patients).",
            DefaultValueFactory = _ => 1,
        }.Within(1);
        Option<string[]> openers = AgreementOptions.Party(
            "--opener",
            "Who may together demand the full opening of an update; the committee if left out."
        );
        var openThreshold = new Option<int?>("--open-threshold")
        {
            Description = "How many of them; more than half if left out.",
        }.Within(1);
        var purpose = new Option<string?>("--purpose") { Description = "What the round is for." };
        var output = new Option<string>("--out") { Description = "Where the terms go.", Required = true };
        var command = new Command(
            "terms",
            "Write down the terms of a round: how entries are rounded, which bounds are proven, who takes part, who may open an update."
        )
        {
            model,
            round,
            rounds,
            entries,
            clip,
            bits,
            stochastic,
            norm,
            cap,
            openers,
            openThreshold,
            purpose,
            output,
        };
        foreach (Option option in (Option[])[.. agreement.Board, .. agreement.Parties])
        {
            command.Add(option);
        }

        return command.Action(
            (parsed, report, _) =>
            {
                AggregationTerms terms;
                try
                {
                    var quantiser = Quantiser.ForClip(
                        parsed.GetValue(clip),
                        parsed.GetValue(bits),
                        parsed.GetValue(stochastic) ? Rounding.Stochastic : Rounding.Nearest
                    );
                    PartyId[] committee = agreement.Committee(parsed),
                        quorum = AgreementOptions.PartiesOf(parsed, openers) is { Length: > 0 } named ? named : committee;
                    PartyId[] hospitals = agreement.Hospitals(parsed);
                    var openingQuorum = new OpeningQuorum(quorum, parsed.GetValue(openThreshold) ?? quorum.Length / 2 + 1);
                    var agreed = new RoundTerms(
                        ModelOf(parsed.GetValue(model)!, hospitals, committee, openingQuorum),
                        parsed.GetValue(round),
                        parsed.GetValue(entries),
                        quantiser,
                        quantiser.SquaredNormBound(parsed.GetValue(norm)),
                        parsed.GetValue(cap),
                        openingQuorum,
                        parsed.GetValue(rounds)
                    );
                    terms = agreement.Complete(parsed, agreed.ForSession(agreement.Origin(parsed), hospitals, committee));
                    terms = parsed.GetValue(purpose) is string text ? terms with { Purpose = text } : terms;
                }
                catch (ArgumentException e)
                {
                    throw new UsageException($"{e.ParamName}: {UsageException.Problem(e)}");
                }

                if (terms.Check() is string fault)
                {
                    throw new UsageException(fault);
                }

                AtomicFile.Write(parsed.GetValue(output)!, terms.Encode());
                report.Add("terms", parsed.GetValue(output), $"terms: {parsed.GetValue(output)}");
                TermsFile.Describe(terms, report);
                return ExitCode.Accepted;
            }
        );
    }

    /// <summary>The model of an earlier round's terms; or the one that these parties found under a name.</summary>
    private static LearningModel ModelOf(
        string text,
        IReadOnlyList<PartyId> hospitals,
        IReadOnlyList<PartyId> committee,
        OpeningQuorum quorum
    )
    {
        if (!File.Exists(text))
        {
            return LearningModel.Found(text, hospitals, committee, quorum);
        }

        return UpdatePolicy.TryTerms(TermsFile.Read(text), out RoundTerms? earlier, out string? reason)
            ? earlier.Model
            : throw new UsageException($"--model: {text}: {reason}");
    }
}
