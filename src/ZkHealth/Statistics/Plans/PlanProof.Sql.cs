using System.Diagnostics.CodeAnalysis;
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
    /// <exception cref="InvalidOperationException">The plan is not that of the query; such a file is never
    /// accepted.</exception>
    public SqlAnswer? Answer =>
        Question is null ? null
        : TryCompile(out SqlQuestion? question, out string? reason) ? question.Read(Answers)
        : throw new InvalidOperationException(reason);

    /// <summary>The query with all of which the plan is made, beside the tables.</summary>
    internal SqlStatement? Question { get; private init; }

    /// <summary>Determines whether the plan is that of the query in the file, over the tables in the file.</summary>
    private VerificationResult VerifySql() =>
        Question is null || TryCompile(out _, out string? reason)
            ? VerificationResult.Accepted
            : VerificationResult.Rejected(reason, VerdictReason.OtherPlan);

    private bool TryCompile([NotNullWhen(true)] out SqlQuestion? question, [NotNullWhen(false)] out string? reason)
    {
        (question, reason) = (_compiled, null);
        if (question is not null)
        {
            return true;
        }

        try
        {
            SqlTable[] tables = [.. Roles(Plan).Select(role => new SqlTable(role, Parts[role].Base, Plan.Tables[role].DataSet))];
            question = SqlQuestion.Compile(Question!.Text, tables, Question.Options);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // whatever a stranger wrote into the file
            reason = $"no plan can be made of the SQL in the file: {e.Message}";
            return false;
        }

        if (
            !question.Plan.Digest().AsSpan().SequenceEqual(Plan.Digest())
            || !question.Statement.Digest().AsSpan().SequenceEqual(Question.Digest())
        )
        {
            reason = "the plan is not that of the SQL in the file";
            return false;
        }

        _compiled = question;
        return true;
    }
}
