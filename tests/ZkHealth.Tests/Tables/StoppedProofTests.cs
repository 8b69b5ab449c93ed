using Xunit;
using ZkHealth.Fields;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Tables;

/// <summary>A proof tells its progress, can be stopped, and then leaves no secret behind.</summary>
public sealed class StoppedProofTests
{
    /// <summary>The command proved on one core, without progress, and could not be stopped while a cube was proven (review of the
    /// code, 3.6).</summary>
    [Fact]
    public void Proving_tells_its_progress_and_can_be_stopped_at_any_of_its_steps()
    {
        using var secret = TableSecret.Create();
        uint[] codes = [.. Enumerable.Range(0, 3000).Select(i => (uint)(i % 3))];
        using var table = TableOpening.Commit([codes, codes], codes.Length, new byte[32], "progress"u8, secret);
        TableAxes axes = TableAxes.Create([0, 1], [3, 3]);
        var told = new Told(int.MaxValue);
        using ContingencyTableOpening cubes = ContingencyTableProof.Prove(table, [axes], 2, told, told.Source.Token);
        Assert.True(ContingencyTableProof.Verify(table.Commitment, cubes.Axes, cubes.Points, cubes.Proof).IsAccepted);
        Assert.True(told.Values.Count > 10);
        Assert.Equal(told.Values.Order(), told.Values);
        Assert.InRange(told.Values[^1], 0.5, 1);
        for (int after = 0; after < told.Values.Count; after += 7)
        {
            var stopped = new Told(after);
            Assert.ThrowsAny<OperationCanceledException>(() =>
                ContingencyTableProof.Prove(table, [axes], 1, stopped, stopped.Source.Token)
            );
            Assert.Equal(after + 1, stopped.Values.Count);
        }
    }

    /// <summary>The cell of every row was cleared by the last fold of the proof alone, which one that is stopped does not reach
    /// (finding 10 of the reviewer of notes).</summary>
    [Fact]
    public void The_cells_of_the_rows_are_cleared_where_a_proof_is_stopped()
    {
        var known = new CubeCase(
            64,
            [4],
            [
                [0],
            ]
        );
        using var stop = new CancellationTokenSource();
        ContingencyTableWitness? witness = null;
        ushort[]? cells = null;
        var forge = new ContingencyTableForgery
        {
            Watch = w => witness = w,
            TamperMessage = (_, point) =>
            {
                cells ??= Assert.Single(witness!.RowCells).Values;
                stop.Cancel();
                return point;
            },
        };
        Assert.ThrowsAny<OperationCanceledException>(() =>
            ContingencyTableProof.Prove(new Transcript("test"u8), known.Own, known.Axes, forge, cancellationToken: stop.Token)
        );
        Assert.All(cells!, cell => Assert.Equal(0, cell));
        Assert.Throws<ObjectDisposedException>(() => witness!.RowCells[0].Values);
    }

    /// <summary>Counts stayed where a row of the table, or another cube of the statement, could not be counted (finding
    /// 10).</summary>
    [Fact]
    public void Counts_are_cleared_where_others_cannot_be_made()
    {
        var known = new CubeCase(
            64,
            [4],
            [
                [0],
            ]
        );
        var partial = new SecretArray<ulong>[1];
        Assert.Throws<ArgumentException>(() =>
            ContingencyTableCounter.Count(known.Own, TableAxes.Create([0], [2]), partial, false, 1)
        );
        Assert.Throws<ObjectDisposedException>(() => partial[0].Values);

        ulong[] first = [5, 6];
        Assert.Throws<ArgumentException>(() =>
            CellSecrets.Of(2, c => c == 0 ? new SecretArray<ulong>(first) : throw new ArgumentException("outside"))
        );
        Assert.Equal([0ul, 0ul], first);
    }

    /// <summary>Keeps what is told, and asks to stop after so many reports.</summary>
    private sealed class Told(int after) : IProgress<double>
    {
        public CancellationTokenSource Source { get; } = new();

        public List<double> Values { get; } = [];

        public void Report(double value)
        {
            Values.Add(value);
            if (Values.Count > after)
            {
                Source.Cancel();
            }
        }
    }
}
