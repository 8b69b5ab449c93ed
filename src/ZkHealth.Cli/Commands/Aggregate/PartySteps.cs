using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>Steps of a party that single commands and a whole run share.</summary>
internal static class PartySteps
{
    public static void RegisterName(LedgerBoard board, string name, Report report)
    {
        long position;
        try
        {
            position = CommitteeMember.Register(board, name);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--name: {UsageException.Problem(e)}");
        }

        report.Add("nameEntry", position, $"registered as {SessionReport.Name(board, board.Author!.Value)}, entry {position}");
        SessionReport.LookAlikes(board, [board.Author.Value], report);
    }

    public static void KeyRegistered(LedgerBoard board, AggregationTerms terms, MemberFolder state, long position, Report report)
    {
        TermsFile.SmallCounts(terms, report);
        report.Add(
            "keyEntry",
            position,
            $"session key registered as member {terms.ShareIndexOf(board.Author!.Value)} of {terms.CommitteeSize}, entry {position}; kept in {state.Folder}"
        );
    }

    /// <summary>Proves the cube of a published table over the session's axes, or takes the one that was kept.</summary>
    public static ContingencyTableOpening Cube(
        OpenBoard open,
        AggregationSession session,
        string path,
        Report report,
        CancellationToken token
    )
    {
        AggregationTerms terms = session.Terms;
        if (terms.IsWholeVector)
        {
            throw new UsageException("the session is a round of learning: contribute to it by `zkhealth learning contribute`");
        }

        TermsFile.SmallCounts(terms, report);

        using TableOpeningFile table = Inputs.Table(path);
        TableCommitment commitment = table.Committed.Commitment;
        if (!commitment.Schema.Span.SequenceEqual(terms.Schema.Encode()))
        {
            throw new UsageException(
                $"{path}: its schema '{table.Coded.Schema.Name}' is not that of the session, '{terms.Schema.Name}', in every column, code and label"
            );
        }

        if (!commitment.Owner.Span.SequenceEqual(open.Party!.Public.OwnerId.Span))
        {
            throw new UsageException($"{path} names another owner than the key");
        }

        report.Add("tableEntry", Published(open, commitment, terms.DataSet, path).Index);
        return ContingencyTableStore
            .Beside(path)
            .FindOrProve(table.Committed, terms.Axes, out bool _, Environment.ProcessorCount, null, token);
    }

    /// <summary>The entry of the table. Nothing is published here: a table stands under a data set's name by its owner's own
    /// command alone.</summary>
    private static LedgerReceipt Published(OpenBoard open, TableCommitment table, string dataSet, string path)
    {
        if (
            PublishedTables.Find(open.Ledger, table) is not LedgerReceipt there
            || !TableEntry.TryRead(there.Entry.Body, out TableEntry? said)
        )
        {
            throw new UsageException(
                $"{path} is not published: the session is about the data set '{dataSet}'; if the table is a version of it, say so first: zkhealth publish {path} --data-set '{dataSet}'"
            );
        }

        return said.DataSet == dataSet
            ? there
            : throw new UsageException(
                $"the table is published as one of the data set '{said.DataSet}', the session is about '{dataSet}': commit the data anew and deal that table"
            );
    }
}
