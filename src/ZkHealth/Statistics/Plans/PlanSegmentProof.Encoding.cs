using System.Formats.Cbor;
using ZkHealth.Groups;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>The part of a segment in the file of a plan.</summary>
internal sealed partial record PlanSegmentProof
{
    /// <summary>
    /// Canonical CBOR: [[[root, rows, schema, [digest or points of the columns from 1 on…], [points of a derived column…]]…],
    /// [[[point…], proof]…], [[points of hidden sums, proof]…]]: tables and their cubes in the order of the names of their roles.
    /// </summary>
    public void Write(CborWriter w)
    {
        string[] roles = PlanProof.Roles(Plan);
        w.WriteStartArray(3);
        CanonicalCbor.WriteList(w, roles, role => WriteTable(w, role));
        CanonicalCbor.WriteList(
            w,
            [.. roles.Where(Cubes.ContainsKey)],
            role =>
            {
                w.WriteStartArray(2);
                CanonicalCbor.WriteList(w, Cubes[role].Points, p => w.WriteByteString(p.ToBytes()));
                w.WriteByteString(Cubes[role].Proof.Span);
                w.WriteEndArray();
            }
        );
        CanonicalCbor.WriteList(
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
        w.WriteEndArray();
    }

    private void WriteTable(CborWriter w, string role)
    {
        (TableCommitment table, TableCommitment own) = (Parts[role].Base, Parts[role].Own);
        HashSet<int> used = PlanTables.Used(Plan, role);
        w.WriteStartArray(5);
        w.WriteByteString(Convert.FromHexString(Plan.Tables[role].Root));
        w.WriteInt64(table.Rows);
        w.WriteByteString(table.Schema.Span);
        CanonicalCbor.WriteList(
            w,
            [.. table.Columns.Index().Skip(1)],
            c => w.WriteByteString(used.Contains(c.Index) ? c.Item.Points.Span : c.Item.Digest.Span)
        );
        CanonicalCbor.WriteList(w, [.. own.Columns.Skip(table.Columns.Count)], c => w.WriteByteString(c.Points.Span));
        w.WriteEndArray();
    }

    /// <summary>Reads a segment.</summary>
    /// <param name="r">The reader.</param>
    /// <param name="plan">The plan of the first segment.</param>
    /// <param name="index">The number of the segment.</param>
    public static PlanSegmentProof Read(CborReader r, Plan plan, int index)
    {
        string[] roles = PlanProof.Roles(plan);
        r.ReadStartArray();
        int next = 0;
        List<Table> tables = CanonicalCbor.ReadList(r, x => ReadTable(x, plan, roles[next++]), roles.Length);
        string[] counted =
        [
            .. roles.Where(role =>
                plan.Cubes.Any(c => c.Table == role) || plan.Steps.OfType<MapStep>().Any(s => s.Table == role)
            ),
        ];
        List<PlanCubesProof> cubes = CanonicalCbor.ReadList(r, ReadCubes);
        List<PlanLinkProof> links = CanonicalCbor.ReadList(r, ReadLink);
        r.ReadEndArray();
        if (tables.Count != roles.Length || cubes.Count != counted.Length)
        {
            throw new FormatException("expected as many tables and proofs of cubes as the plan has");
        }

        Dictionary<string, Table> byRole = roles.Zip(tables).ToDictionary(t => t.First, t => t.Second, StringComparer.Ordinal);
        Plan own = index == 0 ? plan : plan.OfSegment(index, byRole.ToDictionary(t => t.Key, t => (t.Value.Root, t.Value.Base)));
        return new PlanSegmentProof(
            own,
            byRole.ToDictionary(t => t.Key, t => t.Value.PartsOf(own.Tables[t.Key]), StringComparer.Ordinal),
            counted.Zip(cubes).ToDictionary(t => t.First, t => t.Second, StringComparer.Ordinal),
            links
        );
    }

    private static Table ReadTable(CborReader r, Plan plan, string role)
    {
        PlanTable table = plan.Tables[role];
        HashSet<int> used = PlanTables.Used(plan, role);
        r.ReadStartArray();
        byte[] root = r.ReadByteString();
        long rows = r.ReadInt64();
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
            rows,
            columns.Select((c, j) => used.Contains(j + 1) ? ColumnCommitment.FromPoints(c) : ColumnCommitment.FromDigest(c))
        );
        return new Table(Convert.ToHexStringLower(root), parts, derived);
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

    /// <summary>A table as the file has it, before the columns that are derived for its segment.</summary>
    private sealed record Table(string Root, TableCommitment Base, List<byte[]> Derived)
    {
        public PlanTableParts PartsOf(PlanTable plan) =>
            new(
                Base,
                plan.Derived.Count == 0
                    ? Base
                    : TableCommitment.Derive(
                        Base,
                        PlanJson.DerivedSchema(plan),
                        [.. Derived.Select(c => ColumnCommitment.FromPoints(c))]
                    )
            );
    }
}
