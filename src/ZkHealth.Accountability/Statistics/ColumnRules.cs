using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Accountability;

/// <summary>
/// An owner's rules for the columns of a data set: never used, in aggregates only (no row is opened), or in groups of at least so
/// many. The prover keeps them when a release is recorded, the verifier checks them against the ledger; the latest entry counts.
/// </summary>
internal sealed class ColumnRules
{
    /// <summary>The kind of such entries.</summary>
    public const string Kind = "zkhealth column rules v1";

    public const string Never = "never",
        Aggregates = "aggregates",
        Groups = "groups";

    private const int MaxRules = 1000;

    private readonly byte[] _owner;

    /// <summary>Rules of a data set.</summary>
    /// <param name="owner">The id of the owner's key, 32 bytes.</param>
    /// <param name="dataSet">The owner's name of the data set; may be empty.</param>
    /// <param name="rules">The rules, ascending by column, one each.</param>
    /// <exception cref="ArgumentException">A part is out of range.</exception>
    public ColumnRules(ReadOnlySpan<byte> owner, string dataSet, IReadOnlyList<ColumnRule> rules)
    {
        if (owner.Length != 32 || !DataSetName.IsValid(dataSet))
        {
            throw new ArgumentException("expected an owner of 32 bytes and a name of at most 200 characters", nameof(dataSet));
        }

        for (int i = 0; i < rules.Count; i++)
        {
            ColumnRule r = rules[i];
            if (
                i >= MaxRules
                || !DataSetName.IsValid(r.Column)
                || r.Rule is not (Never or Aggregates or Groups)
                || (r.Rule == Groups ? r.Least < 1 : r.Least != 0)
                || (i > 0 && string.CompareOrdinal(rules[i - 1].Column, r.Column) >= 0)
            )
            {
                throw new ArgumentException(
                    $"expected one rule a column, ascending: never, aggregates, or groups with at least 1; got '{r.Column}' {r.Rule}",
                    nameof(rules)
                );
            }
        }

        (_owner, DataSet, Rules) = (owner.ToArray(), dataSet, rules);
    }

    /// <summary>The data set.</summary>
    public string DataSet { get; }

    /// <summary>The rules, ascending by column.</summary>
    public IReadOnlyList<ColumnRule> Rules { get; }

    /// <summary>The body of its entry; its subject is the data set of the owner.</summary>
    public EntryBody ToBody()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(3);
        w.WriteByteString(_owner);
        w.WriteTextString(DataSet);
        CanonicalCbor.WriteList(
            w,
            Rules,
            rule =>
            {
                w.WriteStartArray(3);
                w.WriteTextString(rule.Column);
                w.WriteTextString(rule.Rule);
                w.WriteInt64(rule.Least);
                w.WriteEndArray();
            }
        );
        w.WriteEndArray();
        return new EntryBody(Kind, Payload.DataSet(_owner, DataSet), w.Encode());
    }

    /// <summary>Reads the body of such an entry; false for any other.</summary>
    public static bool TryRead(EntryBody body, [NotNullWhen(true)] out ColumnRules? rules) =>
        Payload.TryRead(body, Kind, 3, Read, r => r.ToBody(), out rules);

    /// <summary>Determines whether the owner is this one.</summary>
    public bool IsOf(ReadOnlyMemory<byte> ownerId) => ownerId.Span.SequenceEqual(_owner);

    /// <summary>The rules that hold for a data set: the owner's latest; null where there are none.</summary>
    public static ColumnRules? Of(FindEntries find, ReadOnlyMemory<byte> owner, string dataSet)
    {
        ColumnRules? latest = null;
        foreach ((_, LedgerEntry entry) in find(Kind, Payload.DataSet(owner.Span, dataSet)))
        {
            if (entry.Signer.OwnerId.Span.SequenceEqual(owner.Span) && TryRead(entry.Body, out ColumnRules? read))
            {
                latest = read;
            }
        }

        return latest;
    }

    /// <summary>Explains why what a proof file says of a table breaks the rules, or null.</summary>
    public string? Broken(ColumnUse use)
    {
        foreach (ColumnRule rule in Rules.Where(r => Concerns(r, use.Columns)))
        {
            if (rule.Rule == Never)
            {
                return $"the owner lets nobody use the column '{rule.Column}'";
            }

            if (use.OpensRow)
            {
                return $"the owner lets the column '{rule.Column}' be used in aggregates only, and this opens a row";
            }

            UsedGroup? small = use.Groups.FirstOrDefault(g =>
                rule.Rule == Groups && Concerns(rule, g.Columns) && (g.Count is null || (g.Count > 0 && g.Count < rule.Least))
            );
            if (small is not null)
            {
                string size = small.Count is long count ? $"and one has {count}" : "and of one the number of rows is not shown";
                return $"the owner lets the column '{rule.Column}' be used in groups of at least {rule.Least}, {size}";
            }
        }

        return null;
    }

    /// <summary>The least rows of a group that is made by columns; 0 where no rule says so.</summary>
    public long LeastOf(IReadOnlyList<string> columns) =>
        Rules.Where(r => Concerns(r, columns)).Select(r => r.Least).DefaultIfEmpty(0).Max();

    private static bool Concerns(ColumnRule rule, IReadOnlyList<string> columns) =>
        columns.Any(c => WideColumn.IsSame(c, rule.Column));

    private static ColumnRules Read(CborReader r)
    {
        byte[] owner = r.ReadByteString();
        string name = r.ReadTextString();
        return new ColumnRules(owner, name, CanonicalCbor.ReadList(r, ReadRule, MaxRules));
    }

    private static ColumnRule ReadRule(CborReader r)
    {
        r.ReadStartArray();
        var rule = new ColumnRule(r.ReadTextString(), r.ReadTextString(), r.ReadInt64());
        r.ReadEndArray();
        return rule;
    }
}

/// <summary>The rule of a column.</summary>
/// <param name="column">The column.</param>
/// <param name="rule">One of never, aggregates, groups.</param>
/// <param name="least">The least size of a group, for groups; else 0.</param>
internal sealed class ColumnRule(string column, string rule, long least)
{
    /// <summary>The column.</summary>
    public string Column { get; } = column;

    /// <summary>One of never, aggregates, groups.</summary>
    public string Rule { get; } = rule;

    /// <summary>The least size of a group.</summary>
    public long Least { get; } = least;
}
