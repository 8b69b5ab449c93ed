using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Statistics;
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

        report.Add("nameEntry", position, $"registered as {PartyNames.Name(board, board.Author!.Value)}, entry {position}");
        PartyNames.LookAlikes(board, [board.Author.Value], report);
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

    /// <summary>Reads a table that fits a session: of its schema and data set, published by this party, within the party's rules
    /// for columns. To be done before anything is approved or posted.</summary>
    /// <exception cref="UsageException">It does not fit.</exception>
    /// <exception cref="ColumnRuleException">The question breaks a rule.</exception>
    public static TableOpeningFile Table(OpenBoard open, AggregationTerms terms, string path, Report report)
    {
        if (terms.IsWholeVector)
        {
            throw new UsageException("the session is a round of learning: contribute to it by `zkhealth learning contribute`");
        }

        TermsFile.SmallCounts(terms, report);
        TableOpeningFile table = Inputs.Table(path);
        try
        {
            Check(open, terms, path, table, report);
            return table;
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <summary>Proves the cube of a table over the session's axes, or takes the one that was kept.</summary>
    public static ContingencyTableOpening Cube(
        TableOpeningFile table,
        AggregationTerms terms,
        string path,
        CancellationToken token
    ) =>
        ContingencyTableStore
            .Beside(path)
            .FindOrProve(table.Committed, terms.Axes, out bool _, Environment.ProcessorCount, null, token);

    private static void Check(OpenBoard open, AggregationTerms terms, string path, TableOpeningFile table, Report report)
    {
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
        OtherContributors(open.Board, terms, report);
        ColumnRuleException.ThrowIfBroken(open.Ledger, new DataSetVersion(commitment), () => Use(terms, table.Coded));
    }

    /// <summary>Warns where exact numbers of the data set stand for another set of contributors than the terms name: those of
    /// both would show the difference, so the session will leave this party out.</summary>
    private static void OtherContributors(LedgerBoard board, AggregationTerms terms, Report report)
    {
        if (
            terms.Noise is null
            && new StandingSessions(new EntrySource(board)).LastExact(board.Author!.Value, terms.DataSet)
                is StandingSession before
            && !terms.Hospitals.ToHashSet().SetEquals(before.Contributors)
        )
        {
            string names = string.Join(", ", before.Contributors.Select(p => PartyNames.Name(board, p)));
            report.Add(
                "exactContributors",
                PartyNames.Parties(board, before.Contributors),
                $"warning: exact numbers of '{terms.DataSet}' were opened for the set {names} (session {Convert.ToHexStringLower(before.Session.Sid.Span)[..8]}); "
                    + "these terms name others. You will be left out unless just those contribute: what the two sets differ by would be shown. Ask under noise, or of the same hospitals"
            );
        }
    }

    /// <summary>The use that a session makes of a table's columns. A group of the region is no smaller than the hospital's own
    /// part of it; under noise no group is counted.</summary>
    private static ColumnUse Use(AggregationTerms terms, CodedTable table) =>
        terms.Noise is null && terms.Question is StatisticsQuery asked
            ? StatisticsProof.UseOf(asked.Statistics, table, terms.Axes)
            : new ColumnUse([.. terms.Axes.Columns.Select(j => terms.Schema.Columns[(int)j].Name)], opensRow: false, []);

    /// <summary>The entry of the table. Nothing is published here: a table stands under a data set's name by its owner's own
    /// command alone.</summary>
    private static LedgerReceipt Published(OpenBoard open, TableCommitment table, string dataSet, string path)
    {
        if (
            PublishedTables.Find(open.Ledger, table) is not LedgerReceipt there
            || !TableEntry.TryRead(there.Entry.Body, out TablePublication? said)
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
