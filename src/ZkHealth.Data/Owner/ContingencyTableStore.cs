using System.Globalization;
using ZkHealth.Fields;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>
/// Proven cubes beside the table that they count: TABLE.zkt.cubes/ROOT-AXES.zkc, for the owner alone. A later statistic over
/// the same columns reuses the proof.
/// </summary>
/// <param name="folder">The folder of the cubes; it is made when a cube is kept.</param>
public sealed class ContingencyTableStore(string folder)
{
    /// <summary>The cubes of a table's file.</summary>
    public static ContingencyTableStore Beside(string tableFile) => new(tableFile + ".cubes");

    /// <summary>The cube of these columns that was kept, or null where there is none or where the file is not good.</summary>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    public ContingencyTableOpening? Find(TableCommitment table, TableAxes axes)
    {
        string path = FileOf(table, axes);
        return
            File.Exists(path)
            && ContingencyTableOpening.TryDecodeSecret(File.ReadAllBytes(path), table, out ContingencyTableOpening? cubes, out _)
            && cubes.Axes is [var found]
            && found.Columns.SequenceEqual(axes.Columns)
            ? cubes
            : null;
    }

    /// <summary>The kept cube of these columns, else a newly proven one, which is then kept.</summary>
    /// <param name="table">The table.</param>
    /// <param name="axes">The columns.</param>
    /// <param name="reused">Whether the cube had been kept.</param>
    /// <param name="degreeOfParallelism">Number of cores to use, at least 1.</param>
    /// <param name="progress">Told the share of the work that is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public ContingencyTableOpening FindOrProve(
        TableOpening table,
        TableAxes axes,
        out bool reused,
        int degreeOfParallelism = 1,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        ContingencyTableOpening? kept = Find(table.Commitment, axes);
        reused = kept is not null;
        if (kept is not null)
        {
            return kept;
        }

        cancellationToken.ThrowIfCancellationRequested();
        ContingencyTableOpening cubes = ContingencyTableProof.Prove(
            table,
            [axes],
            degreeOfParallelism,
            progress,
            cancellationToken
        );
        cancellationToken.ThrowIfCancellationRequested();
        OwnerFolder.Create(folder);
        using var bytes = new SecretArray<byte>(cubes.EncodeSecret());
        AtomicFile.Write(FileOf(table.Commitment, axes), bytes.Values, ownerOnly: true);
        return cubes;
    }

    private string FileOf(TableCommitment table, TableAxes axes) =>
        Path.Combine(
            folder,
            Convert.ToHexStringLower(table.Root.Span[..8])
                + "-"
                + string.Join('.', axes.Columns.Select(j => j.ToString(CultureInfo.InvariantCulture)))
                + ".zkc"
        );
}
