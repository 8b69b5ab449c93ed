using System.Globalization;
using ZkHealth.Proofs;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>
/// Proven cubes beside the table that they count: TABLE.zkt.cubes/ROOT-AXES.zkc, for the owner alone. A later statistic over
/// the same columns reuses the proof.
/// </summary>
/// <param name="folder">The folder of the cubes; it is made when a cube is kept.</param>
public sealed class CubeStore(string folder)
{
    /// <summary>The cubes of a table's file.</summary>
    public static CubeStore Beside(string tableFile) => new(tableFile + ".cubes");

    /// <summary>The cube of these columns that was kept, or null where there is none or where the file is not good.</summary>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    public ProvenCubes? Find(TableCommitment table, CubeAxes axes)
    {
        string path = FileOf(table, axes);
        return File.Exists(path)
            && ProvenCubes.TryDecodeSecret(File.ReadAllBytes(path), table, out ProvenCubes? cubes, out _)
            && cubes.Axes is [var found] && found.Columns.SequenceEqual(axes.Columns) ? cubes : null;
    }

    /// <summary>The kept cube of these columns, else a newly proven one, which is then kept.</summary>
    /// <param name="table">The table.</param>
    /// <param name="axes">The columns.</param>
    /// <param name="reused">Whether the cube had been kept.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public ProvenCubes FindOrProve(CommittedTable table, CubeAxes axes, out bool reused, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ProvenCubes? kept = Find(table.Commitment, axes);
        reused = kept is not null;
        if (kept is not null)
        {
            return kept;
        }

        cancellationToken.ThrowIfCancellationRequested();
        ProvenCubes cubes = CubesProof.Prove(table, axes);
        cancellationToken.ThrowIfCancellationRequested();
        Directory.CreateDirectory(folder);
        byte[] bytes = cubes.EncodeSecret();
        AtomicFile.Write(FileOf(table.Commitment, axes), bytes, ownerOnly: true);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(bytes);
        return cubes;
    }

    private string FileOf(TableCommitment table, CubeAxes axes) => Path.Combine(
        folder, Convert.ToHexStringLower(table.Root.Span[..8]) + "-"
        + string.Join('.', axes.Columns.Select(j => j.ToString(CultureInfo.InvariantCulture))) + ".zkc");
}
