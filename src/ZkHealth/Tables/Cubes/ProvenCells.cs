using ZkHealth.Groups;

namespace ZkHealth.Tables;

/// <summary>Cubes and relations of one table with their proof, and what their prover knows.</summary>
internal sealed class ProvenCells(IReadOnlyList<ICubeCells> cells, CompressedPoint[] points, byte[] proof, CellSecrets secrets)
    : IDisposable
{
    public IReadOnlyList<ICubeCells> Cells { get; } = cells;

    public CompressedPoint[] Points { get; } = points;

    public byte[] Proof { get; } = proof;

    public CellSecrets Secrets { get; } = secrets;

    public void Dispose() => Secrets.Dispose();
}
