using Xunit;
using ZkHealth.Fields;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Tables.Derived;

/// <summary>Codes of a large list mapped to chapters, beside a cube of chapter and sex.</summary>
public class RelationTests
{
    private const int Rows = 200;
    private static readonly TableAxes Axes = TableAxes.Create([2, 1], [4, 3]);

    private readonly TableOpening _base,
        _own;
    private readonly Relation _map = Map(300);

    public RelationTests()
    {
        var random = new Random(1);
        uint[] codes = [.. Enumerable.Range(0, Rows).Select(_ => (uint)random.Next(300))],
            sex = [.. Enumerable.Range(0, Rows).Select(_ => (uint)random.Next(3))];
        using var secret = TableSecret.Create();
        _base = TableOpening.Commit([codes, sex], Rows, CubeCase.Owner, "schema"u8, secret);
        _own = _base.Derive("chapter"u8, [Array.ConvertAll(codes, Chapter)]);
    }

    private static uint Chapter(uint code) => code == 0 ? 0 : code / 100 + 1;

    private static Relation Map(uint codes, Func<uint, uint>? f = null) =>
        Relation.Create([0, 2], [.. Enumerable.Range(0, (int)codes).SelectMany(x => new[] { (uint)x, (f ?? Chapter)((uint)x) })]);

    private static ProvenCells Prove(
        TableOpening table,
        IReadOnlyList<ICubeCells> cells,
        ContingencyTableForgery? forge = null
    ) => ContingencyTableProof.ProveCells(new Transcript("test"u8), table, cells, forge);

    private static VerificationResult Verify(TableCommitment table, IReadOnlyList<ICubeCells> cells, ProvenCells proven) =>
        ContingencyTableProof.Verify(new Transcript("test"u8), table, cells, proven.Points, proven.Proof);

    [Fact]
    public void A_map_is_proven_beside_a_cube_of_its_target()
    {
        ProvenCells proven = Prove(_own, [_map, Axes]);
        Assert.Equal(VerificationResult.Accepted, Verify(_own.Commitment, [_map, Axes], proven));
        ulong expected = (ulong)Enumerable.Range(0, Rows).Count(i => Chapter(_own.Codes(0)[i]) == 1 && _own.Codes(1)[i] == 2);
        Assert.Equal(expected, proven.Secrets.Counts[1][3 * 1 + 2]);
        Assert.Equal((ulong)Rows, proven.Secrets.Counts[0].Values.Aggregate((a, b) => a + b) - 56);
        Assert.Equal(VerificationResult.Accepted, ReferenceFile.Check(Export(proven)));
    }

    [SkippableFact]
    [Trait("Category", "EndToEnd")]
    public void The_reference_accepts_a_map_made_here()
    {
        Skip.If(Repository.Shared is null, "the folder shared, with the reference, is not beside the repository");
        Assert.True(PythonReference.Accepts(Export(Prove(_own, [_map, Axes]))));
    }

    private byte[] Export(ProvenCells proven) =>
        ReferenceExport.Cubes("test"u8, _own.Commitment, [_map, Axes], proven.Points, proven.Proof);

    [Fact]
    public void Other_relations_and_tables_are_rejected()
    {
        ProvenCells proven = Prove(_own, [_map, Axes]);
        uint[] codes = _own.Codes(0).ToArray(),
            sex = _own.Codes(1).ToArray();
        using TableOpening zeros = _base.Derive("chapter"u8, [new uint[Rows]]),
            other = _base.Derive("other"u8, [Array.ConvertAll(codes, Chapter)]);
        var renamed = TableCommitment.Derive(_base.Commitment, "other"u8, [_own.Commitment.Columns[2]]);
        using var secret = TableSecret.Create();
        using TableOpening flat = TableOpening.Commit(
            [codes, sex, Array.ConvertAll(codes, Chapter)],
            Rows,
            CubeCase.Owner,
            "schema"u8,
            secret
        );
        VerificationResult[] results =
        [
            Verify(_own.Commitment, [Map(301), Axes], proven),
            Verify(_own.Commitment, [Map(300, x => x == 7 ? 2 : Chapter(x)), Axes], proven),
            Verify(_own.Commitment, [Relation.Create([2, 0], [0, 0]), Axes], proven),
            Verify(_own.Commitment, [TableAxes.Create([0, 2], [300, 4]), Axes], proven),
            Verify(zeros.Commitment, [_map, Axes], proven),
            Verify(other.Commitment, [_map, Axes], proven),
            Verify(renamed, [_map, Axes], proven),
            Verify(flat.Commitment, [_map, Axes], proven),
            Verify(_base.Commitment, [_map, Axes], proven),
        ];
        Assert.All(results, r => Assert.False(r.IsAccepted));
    }

    /// <summary>A wrong value in one row, one outside the list, and a hidden count beyond its end.</summary>
    [Fact]
    public void A_prover_of_a_false_map_is_rejected()
    {
        uint[] wrong = [.. _own.Codes(2)];
        wrong[5] = wrong[5] == 1 ? 2u : 1;
        using TableOpening false1 = _base.Derive("chapter"u8, [wrong]);
        ArgumentException e = Assert.Throws<ArgumentException>(() => Prove(false1, [_map, Axes]));
        Assert.StartsWith("a row is no tuple of the relation", e.Message, StringComparison.Ordinal);
        Assert.False(
            Verify(false1.Commitment, [_map, Axes], Prove(false1, [_map, Axes], new ContingencyTableForgery())).IsAccepted
        );

        Relation narrow = Map(280);
        Assert.Throws<ArgumentException>(() => Prove(_own, [narrow, Axes]));
        Assert.False(
            Verify(_own.Commitment, [narrow, Axes], Prove(_own, [narrow, Axes], new ContingencyTableForgery())).IsAccepted
        );

        ProvenCells moved = Prove(
            _own,
            [_map, Axes],
            new ContingencyTableForgery { ChangeCounts = n => (n[0][1], n[0][2]) = (n[0][1] + 1, n[0][2] - 1) }
        );
        Assert.False(Verify(_own.Commitment, [_map, Axes], moved).IsAccepted);
    }

    [Fact]
    public void Lists_have_one_form()
    {
        Assert.True(_map.IsMap);
        Assert.False(Relation.Create([0, 1], [0, 0, 1, 1, 1, 2]).IsMap);
        Assert.False(Relation.Create([0], [0, 1]).IsMap);
        (uint[] Columns, uint[] Tuples)[] bad =
        [
            ([0, 1], [1, 1]),
            ([0, 1], [0, 0, 0, 0]),
            ([0, 1], [0, 0, 2, 1, 1, 1]),
            ([0, 0], [0, 0]),
            ([0, 1], [0]),
            ([0, 1], []),
            ([], []),
            ([.. Enumerable.Range(0, 17).Select(i => (uint)i)], new uint[17]),
        ];
        Assert.All(bad, b => Assert.False(Relation.TryCreate(b.Columns, b.Tuples, out _, out _)));
    }

    [Fact]
    public void A_derived_table_has_a_base_that_is_none_and_a_few_columns_more()
    {
        Assert.Throws<ArgumentException>(() => _own.Derive("x"u8, [new uint[Rows]]));
        Assert.Throws<ArgumentException>(() => _base.Derive("x"u8, []));
        Assert.Throws<ArgumentException>(() => _base.Derive("x"u8, [new uint[Rows - 1]]));
        Assert.Throws<ArgumentException>(() =>
            _base.Derive("x"u8, [.. Enumerable.Range(0, 17).Select(_ => (ReadOnlyMemory<uint>)new uint[Rows])])
        );
    }

    /// <summary>Tuples are found by a table over the sources, by one over all columns, or by halving; each finds the
    /// same.</summary>
    [Theory]
    [InlineData(1u)]
    [InlineData(5000u)]
    [InlineData(100_000_000u)]
    public void Tuples_are_found_whatever_their_codes(uint step)
    {
        uint[] xs = [.. Enumerable.Range(0, 50).Select(i => (uint)(i % 7) * step)],
            ys = [.. xs.Select((x, i) => (uint)(i % 3) * step)];
        uint[][] rows =
        [
            .. xs.Zip(ys, (x, y) => new[] { x, y }).DistinctBy(r => (r[0], r[1])).OrderBy(r => r[0]).ThenBy(r => r[1]),
        ];
        using var secret = TableSecret.Create();
        using TableOpening table = TableOpening.Commit([xs, ys], 50, CubeCase.Owner, ""u8, secret);
        Relation relation = Relation.Create([0, 1], [.. rows.SelectMany(r => r)]);
        using SecretArray<ulong> counts = ContingencyTableCounter.Count(table, relation);
        Assert.Equal(
            rows.Select(r => (ulong)xs.Zip(ys).Count(p => p.First == r[0] && p.Second == r[1]) + (r[0] + r[1] == 0 ? 14ul : 0)),
            counts.Values
        );
        Relation less = Relation.Create([0, 1], [.. rows.SkipLast(1).SelectMany(r => r)]);
        Assert.Throws<ArgumentException>(() => ContingencyTableCounter.Count(table, less));
        ProvenCells proven = Prove(table, [relation]);
        Assert.Equal(VerificationResult.Accepted, Verify(table.Commitment, [relation], proven));
    }
}
