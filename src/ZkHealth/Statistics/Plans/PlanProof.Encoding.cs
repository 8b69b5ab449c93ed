using System.Formats.Cbor;
using ZkHealth.Groups;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The file of a plan and its proofs.</summary>
public sealed partial class PlanProof
{
    internal const string Format = "zkhealth plan proof v1";

    /// <summary>
    /// Canonical CBOR: [format, purpose, requester, origin, null or [SQL, smallest count, [[file, column, [value…]]…]], plan,
    /// [[schema, [digest or points of the columns from 1 on…], [points of a derived column…]]…], [[[point…], proof]…], [[points
    /// of hidden sums, proof]…], [[[number…], proof, [withheld group…], proof]…]]: tables and their cubes in the order of the
    /// names of their roles.
    /// </summary>
    private protected override byte[] Write()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(10);
        w.WriteTextString(Format);
        w.WriteTextString(Context.Purpose);
        w.WriteTextString(Context.Requester);
        w.WriteTextString(Context.LedgerOrigin);
        if (Question is null)
        {
            w.WriteNull();
        }
        else
        {
            Question.Write(w);
        }

        w.WriteByteString(Plan.Encode().Span);
        WriteList(w, Roles(Plan), role => WriteTable(w, role));
        WriteList(
            w,
            [.. Roles(Plan).Where(Cubes.ContainsKey)],
            role =>
            {
                w.WriteStartArray(2);
                WriteList(w, Cubes[role].Points, p => w.WriteByteString(p.ToBytes()));
                w.WriteByteString(Cubes[role].Proof.Span);
                w.WriteEndArray();
            }
        );
        WriteList(
            w,
            Links,
            link =>
            {
                w.WriteStartArray(2);
                w.WriteByteString(link.HiddenSums.Span);
                w.WriteByteString(link.Proof.Span);
                w.WriteEndArray();
            }
        );
        WriteList(
            w,
            Answers,
            answer =>
            {
                w.WriteStartArray(4);
                WriteList(w, answer.Values, w.WriteInt64);
                w.WriteByteString(answer.Proof.Span);
                WriteList(w, answer.Withheld, w.WriteInt32);
                w.WriteByteString(answer.Bounds.Span);
                w.WriteEndArray();
            }
        );
        w.WriteEndArray();
        return w.Encode();
    }

    private void WriteTable(CborWriter w, string role)
    {
        (TableCommitment table, TableCommitment own) = (Parts[role].Base, Parts[role].Own);
        HashSet<int> used = PlanTables.Used(Plan, role);
        w.WriteStartArray(3);
        w.WriteByteString(table.Schema.Span);
        WriteList(
            w,
            [.. table.Columns.Index().Skip(1)],
            c => w.WriteByteString(used.Contains(c.Index) ? c.Item.Points.Span : c.Item.Digest.Span)
        );
        WriteList(w, [.. own.Columns.Skip(table.Columns.Count)], c => w.WriteByteString(c.Points.Span));
        w.WriteEndArray();
    }

    /// <summary>Reads what follows the format.</summary>
    internal static PlanProof Read(CborReader r)
    {
        var context = new StatisticContext(r.ReadTextString(), r.ReadTextString(), r.ReadTextString());
        SqlStatement? sql = null;
        if (r.PeekState() == CborReaderState.Null)
        {
            r.ReadNull();
        }
        else
        {
            sql = SqlStatement.Read(r);
        }

        if (!PlanJson.TryDecode(r.ReadByteString(), out Plan? plan, out string? reason))
        {
            throw new FormatException(reason);
        }

        string[] roles = Roles(plan);
        int next = 0;
        List<PlanTableParts> tables = CanonicalCbor.ReadList(r, x => ReadTable(x, plan, roles[next++]), roles.Length);
        string[] counted =
        [
            .. roles.Where(role =>
                plan.Cubes.Any(c => c.Table == role) || plan.Steps.OfType<MapStep>().Any(s => s.Table == role)
            ),
        ];
        List<PlanCubesProof> cubes = CanonicalCbor.ReadList(r, ReadCubes);
        if (tables.Count != roles.Length || cubes.Count != counted.Length)
        {
            throw new FormatException("expected as many tables and proofs of cubes as the plan has");
        }

        return new PlanProof(
            context,
            plan,
            roles.Zip(tables).ToDictionary(t => t.First, t => t.Second, StringComparer.Ordinal),
            counted.Zip(cubes).ToDictionary(t => t.First, t => t.Second, StringComparer.Ordinal),
            CanonicalCbor.ReadList(r, ReadLink),
            CanonicalCbor.ReadList(r, ReadAnswer)
        )
        {
            Question = sql,
        };
    }

    private static PlanTableParts ReadTable(CborReader r, Plan plan, string role)
    {
        PlanTable table = plan.Tables[role];
        HashSet<int> used = PlanTables.Used(plan, role);
        r.ReadStartArray();
        byte[] schema = r.ReadByteString();
        List<byte[]> columns = CanonicalCbor.ReadList(r, x => x.ReadByteString(), Math.Max(0, table.Columns.Count - 1));
        List<byte[]> derived = CanonicalCbor.ReadList(r, x => x.ReadByteString(), table.Derived.Count);
        r.ReadEndArray();
        if (table.Owner.Length != 2 * TableCommitment.OwnerSize || !table.Owner.All(char.IsAsciiHexDigitLower))
        {
            throw new FormatException("expected an owner of 32 bytes in hexadecimal");
        }

        var parts = TableCommitment.Of(
            Convert.FromHexString(table.Owner),
            schema,
            table.Rows,
            columns.Select((c, j) => used.Contains(j + 1) ? ColumnCommitment.FromPoints(c) : ColumnCommitment.FromDigest(c))
        );
        TableCommitment own =
            table.Derived.Count == 0
                ? parts
                : TableCommitment.Derive(
                    parts,
                    PlanJson.DerivedSchema(table),
                    [.. derived.Select(c => ColumnCommitment.FromPoints(c))]
                );
        return new PlanTableParts(parts, own);
    }

    private static PlanCubesProof ReadCubes(CborReader r)
    {
        r.ReadStartArray();
        List<CompressedPoint> points = CanonicalCbor.ReadList(
            r,
            x =>
                x.ReadByteString() is { Length: RistrettoPoint.Size } point
                    ? new CompressedPoint(point)
                    : throw new FormatException("a point is 32 bytes")
        );
        var proof = new PlanCubesProof(points, r.ReadByteString());
        r.ReadEndArray();
        return proof;
    }

    private static PlanLinkProof ReadLink(CborReader r)
    {
        r.ReadStartArray();
        var proof = new PlanLinkProof(r.ReadByteString(), r.ReadByteString());
        r.ReadEndArray();
        return proof;
    }

    private static PlanAnswer ReadAnswer(CborReader r)
    {
        r.ReadStartArray();
        var answer = new PlanAnswer(CanonicalCbor.ReadList(r, x => x.ReadInt64()), r.ReadByteString())
        {
            Withheld = CanonicalCbor.ReadList(r, x => x.ReadInt32()),
            Bounds = r.ReadByteString(),
        };
        r.ReadEndArray();
        return answer;
    }

    private static string[] Roles(Plan plan) => [.. plan.Tables.Keys.Order(StringComparer.Ordinal)];

    private static void WriteList<T>(CborWriter w, IReadOnlyList<T> items, Action<T> write)
    {
        w.WriteStartArray(items.Count);
        foreach (T item in items)
        {
            write(item);
        }

        w.WriteEndArray();
    }
}
