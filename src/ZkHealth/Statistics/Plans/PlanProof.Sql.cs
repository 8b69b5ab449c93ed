using ZkHealth.Proofs;

namespace ZkHealth.Statistics;

/// <summary>The SQL of which a plan was made: a verifier makes the plan anew.</summary>
public sealed partial class PlanProof
{
    private SqlQuestion? _compiled;

    /// <summary>The query that the file answers, to the letter; null where its plan was not made of SQL.</summary>
    public string? Sql => Question?.Text;

    /// <summary>
    /// The answer to the query as columns and rows, true only if <see cref="ProofFile.Verify"/> accepts; null where the plan was
    /// not made of SQL.
    /// </summary>
    /// <exception cref="InvalidOperationException">The plan is not that of the query, or its answer cannot be computed of the
    /// numbers; such a file is never accepted.</exception>
    public SqlAnswer? Answer => Question is null ? null : Compiled().Read(Answers);

    /// <summary>Comparisons of the query that no value of their column meets, in words.</summary>
    /// <exception cref="InvalidOperationException">The plan is not that of the query.</exception>
    internal IReadOnlyList<string> SqlRemarks => Question is null ? [] : Compiled().Remarks;

    private SqlQuestion Compiled()
    {
        if (Compile(VerificationLimits.Default, out SqlQuestion? question) is { IsAccepted: false } fault)
        {
            throw new InvalidOperationException(fault.Reason);
        }

        return question!;
    }

    /// <summary>The query with all of which the plan is made, beside the tables.</summary>
    internal SqlStatement? Question { get; private init; }

    /// <summary>Determines whether the plan is that of the query in the file, over the tables in the file.</summary>
    private VerificationResult VerifySql(VerificationLimits limits)
    {
        if (Question is null)
        {
            return VerificationResult.Accepted;
        }

        VerificationResult made = Compile(limits, out SqlQuestion? question);
        try
        {
            question?.Read(Answers);
            return made;
        }
        catch (InvalidOperationException e)
        {
            return VerificationResult.Rejected(e.Message, VerdictReason.StatementInvalid);
        }
    }

    private VerificationResult Compile(VerificationLimits limits, out SqlQuestion? question)
    {
        question = _compiled;
        if (question is not null)
        {
            return VerificationResult.Accepted;
        }

        try
        {
            SqlTable[] tables =
            [
                .. Roles(Plan).Select(role => new SqlTable(role, Segments[0].Parts[role].Base, Plan.Tables[role].DataSet)),
            ];
            question = SqlWork.Within(
                SqlWork.Steps(limits.MaxWork, Plan.Encode().Length),
                () => SqlQuestion.Compile(Question!.Text, tables, Question.Options)
            );
        }
        catch (SqlWorkException e)
        {
            return VerificationResult.LimitExceeded(e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // whatever a stranger wrote into the file
            return OtherPlan($"no plan can be made of the SQL in the file: {e.Message}");
        }

        if (
            !question.Plan.OfFirst(Segments.Count).Digest().AsSpan().SequenceEqual(Plan.Digest())
            || !question.Statement.Digest().AsSpan().SequenceEqual(Question!.Digest())
        )
        {
            question = null;
            return OtherPlan("the plan is not that of the SQL in the file");
        }

        _compiled = question;
        return VerificationResult.Accepted;
    }

    private static VerificationResult OtherPlan(string reason) => VerificationResult.Rejected(reason, VerdictReason.OtherPlan);
}
