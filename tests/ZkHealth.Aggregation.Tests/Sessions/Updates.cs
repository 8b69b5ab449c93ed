using ZkHealth.Tables;

namespace ZkHealth.Aggregation.Tests;

/// <summary>A session over whole vectors: an update for each hospital of a region.</summary>
internal sealed class Updates : IDisposable
{
    private readonly Region _region;
    private readonly TableOpening[] _tables;
    private readonly ContingencyTableOpening[] _cubes;

    public Updates(Region region, int rows, int largest, ulong weightCap = 1, int seed = 3)
    {
        _region = region;
        var schema = new TableSchema("update", [new NumberColumn("code", 0, largest - 1)]);
        region.Open(
            region.Terms() with
            {
                Question = new VectorSumQuery(),
                Schema = schema,
                Axes = TableAxes.Create([1], [(uint)largest + 1]),
                Rows = rows,
                WeightCap = weightCap,
            }
        );
        var random = new Random(seed);
        int n = region.Hospitals.Length;
        Codes =
        [
            .. Enumerable
                .Range(0, n)
                .Select(_ => Enumerable.Range(0, rows).Select(_ => (uint)random.Next(largest + 1)).ToArray()),
        ];
        Weights = [.. Enumerable.Range(0, n).Select(i => 1 + (ulong)i % weightCap)];
        (_tables, _cubes) = (new TableOpening[n], new ContingencyTableOpening[n]);
        for (int i = 0; i < n; i++)
        {
            using var secret = TableSecret.Create();
            _tables[i] = TableOpening.Commit(
                new CodedTable(region.Session.ContributionSchema, [Codes[i]]),
                region.Hospitals[i].ToBytes(),
                secret
            );
            _cubes[i] = ContingencyTableProof.Prove(_tables[i], region.Session.Terms.Axes);
            region.Publish(i, _tables[i].Commitment);
        }
    }

    public uint[][] Codes { get; }

    public ulong[] Weights { get; }

    public void DealAll(params int[] except)
    {
        for (int i = 0; i < _tables.Length; i++)
        {
            if (!except.Contains(i))
            {
                Region.Done(Deal(i));
            }
        }
    }

    public StepOutcome Deal(int hospital) =>
        _region.Dealer(hospital).DealUpdate(_tables[hospital], _cubes[hospital], Weights[hospital]);

    public long[] Sum(int[] hospitals) =>
        [.. Enumerable.Range(0, Codes[0].Length).Select(r => hospitals.Sum(i => (long)Weights[i] * Codes[i][r]))];

    public void Dispose()
    {
        foreach (IDisposable owned in _tables.Cast<IDisposable>().Concat(_cubes))
        {
            owned.Dispose();
        }
    }
}
