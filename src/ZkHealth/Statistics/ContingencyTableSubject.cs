using System.Buffers.Binary;
using System.Security.Cryptography;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// The subject of a cube: the rows of one table, or of several whose cubes were added up, along the same axes.
/// It fixes the number of cells.
/// </summary>
internal sealed class ContingencyTableSubject
{
    private readonly byte[] _digest;

    /// <summary>The subject of a cube.</summary>
    /// <param name="roots">One or more distinct table roots of 32 bytes; their order matters.</param>
    /// <param name="axes">The axes.</param>
    /// <exception cref="ArgumentException">No root, a root twice, or one that is not 32 bytes.</exception>
    public ContingencyTableSubject(IReadOnlyList<ReadOnlyMemory<byte>> roots, TableAxes axes)
    {
        if (!AreValid(roots))
        {
            throw new ArgumentException("expected one or more distinct roots of 32 bytes", nameof(roots));
        }

        Axes = axes;
        Roots = [.. roots];
        _digest = ComputeDigest();
    }

    public IReadOnlyList<ReadOnlyMemory<byte>> Roots { get; }

    public TableAxes Axes { get; }

    /// <summary>SHA-256 of roots and axes, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Digest => _digest;

    /// <summary>Determines whether these can be the roots of a subject.</summary>
    public static bool AreValid(IReadOnlyList<ReadOnlyMemory<byte>> roots) =>
        roots.Count > 0
        && roots.All(r => r.Length == 32)
        && roots.Select(r => Convert.ToHexString(r.Span)).Distinct().Count() == roots.Count;

    private byte[] ComputeDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[4];
        void Append(uint n, Span<byte> buffer)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(buffer, n);
            hash.AppendData(buffer);
        }

        hash.AppendData(Labels.Subject);
        Append((uint)Roots.Count, number);
        foreach (ReadOnlyMemory<byte> root in Roots)
        {
            hash.AppendData(root.Span);
        }

        Append((uint)Axes.Columns.Count, number);
        for (int j = 0; j < Axes.Columns.Count; j++)
        {
            Append(Axes.Columns[j], number);
            Append(Axes.Domains[j], number);
        }

        return hash.GetHashAndReset();
    }
}
