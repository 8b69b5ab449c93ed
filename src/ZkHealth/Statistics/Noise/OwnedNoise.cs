using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Runtime.InteropServices;
using ZkHealth.Fields;
using ZkHealth.Proofs.Bits;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>A noise commitment with its secret bits. Whoever has the bits can take the noise off the number; the file is for the
/// owner alone.</summary>
public sealed class OwnedNoise : IDisposable
{
    private const string Format = Labels.OwnedNoiseFile;

    private readonly SecretArray<byte> _bits;
    private readonly SecretArray<Scalar> _blinding;

    private OwnedNoise(NoiseCommitment commitment, byte[] bits, Scalar blinding) =>
        (Commitment, _bits, _blinding) = (commitment, new SecretArray<byte>(bits), new SecretArray<Scalar>([blinding]));

    /// <summary>The commitment, which goes on the ledger.</summary>
    public NoiseCommitment Commitment { get; }

    internal ReadOnlySpan<byte> Bits => _bits.Span;

    internal Scalar Blinding => _blinding[0];

    /// <summary>Declares a query with the least number of coins, and commits to bits for it.</summary>
    /// <param name="table">The owner's table.</param>
    /// <param name="statistic">A count, a histogram or a 2×2 table: numbers of rows, each row in one number at most.</param>
    /// <param name="context">For what and whom, on which ledger.</param>
    /// <param name="dataSet">The owner's name of the data set, the same for all versions of a table; may be empty.</param>
    /// <param name="loss">ε and δ of all its numbers together.</param>
    /// <param name="rowsPerPatient">The most rows of one patient, 1 to 1,000: asserted by the owner, not proven.</param>
    /// <param name="beacon">The source of the coins: the key of who draws them on the ledger, or a name of an outside beacon and
    /// its round.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <exception cref="ArgumentException">Noise cannot be added to the statistic, it does not fit the table, or it needs more
    /// coins than a proof takes.</exception>
    public static OwnedNoise Commit(
        TableOpening table,
        Statistic statistic,
        StatisticContext context,
        string dataSet,
        PrivacyLoss loss,
        int rowsPerPatient,
        string beacon,
        int degreeOfParallelism = 1
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        if (!TableSchema.TryDecode(table.Commitment.Schema, out TableSchema? schema, out string? reason))
        {
            throw new ArgumentException(reason, nameof(table));
        }

        var query = NoiseQuery.Create(table.Commitment, schema, statistic, context, dataSet, loss, rowsPerPatient, beacon);
        return Commit(query, table, degreeOfParallelism);
    }

    /// <summary>
    /// Draws bits for a query from the system's generator, hedged with the query and the blindings of the table, commits to them
    /// and proves that they are bits.
    /// </summary>
    /// <param name="query">What is asked.</param>
    /// <param name="table">The owner's table, which the query is about.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <exception cref="ArgumentException">The query is about another table, or has too few or too many coins.</exception>
    internal static OwnedNoise Commit(NoiseQuery query, TableOpening table, int degreeOfParallelism = 1)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(table);
        if (
            !query.Root.Span.SequenceEqual(table.Commitment.Root.Span)
            || !TableSchema.TryDecode(table.Commitment.Schema, out TableSchema? schema, out _)
        )
        {
            throw new ArgumentException("expected the table of the query", nameof(table));
        }

        if (query.Fault(schema) is string fault)
        {
            throw new ArgumentException(fault, nameof(query));
        }

        var bits = new byte[query.Coins * NoiseQuery.Names(query.Statistic, schema)!.Length];
        Transcript t = NoiseCommitment.Start(query, bits.Length);
        TranscriptRngBuilder secrets = t.BuildRng();
        for (int j = 0; j < table.Commitment.Columns.Count; j++)
        {
            secrets.RekeyWithWitness("blindings"u8, MemoryMarshal.AsBytes(table.Blindings(j)));
        }

        using TranscriptRng rng = secrets.Complete();
        rng.Fill(bits);
        for (int j = 0; j < bits.Length; j++)
        {
            bits[j] &= 1;
        }

        Scalar blinding = rng.NextScalar();
        var point = BitVectorProof.Commit(bits, blinding).Compress();
        byte[] proof = BitVectorProof.Prove(t, bits, blinding, degreeOfParallelism);
        return new OwnedNoise(NoiseCommitment.Of(query, bits.Length, point, proof), bits, blinding);
    }

    /// <summary>The bytes of the owner's file: canonical CBOR [format, commitment, bits, blinding].</summary>
    public byte[] EncodeSecret()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(4);
        w.WriteTextString(Format);
        w.WriteByteString(Commitment.Encode());
        w.WriteByteString(_bits.Span);
        using var blinding = new SecretArray<byte>(Blinding.ToBytes());
        w.WriteByteString(blinding.Span);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes the bytes of a file, whose bits and blinding must be those of its point; anything else is
    /// refused.</summary>
    public static bool TryDecodeSecret(
        ReadOnlyMemory<byte> file,
        [NotNullWhen(true)] out OwnedNoise? noise,
        [NotNullWhen(false)] out string? reason
    )
    {
        if (
            CanonicalCbor.TryDecode(
                file,
                NoiseCommitment.MaxEncodedSize + BitVectorProof.MaxCount + 256,
                "file of an owner's noise",
                Read,
                n => n.EncodeSecret(),
                out noise,
                out reason
            )
        )
        {
            if (BitVectorProof.Commit(noise.Bits, noise.Blinding).Compress().Equals(noise.Commitment.Point))
            {
                return true;
            }

            (noise, reason) = (null, "the bits are not those of the commitment");
        }

        reason ??= "";
        return false;
    }

    /// <summary>Clears bits and blinding.</summary>
    public void Dispose()
    {
        _bits.Dispose();
        _blinding.Dispose();
    }

    /// <summary>The name of the type; the content stays secret.</summary>
    public override string ToString() => $"owned noise of {_bits.Length} bits";

    private static OwnedNoise Read(CborReader r)
    {
        r.ReadStartArray();
        if (
            r.ReadTextString() != Format
            || !NoiseCommitment.TryDecode(r.ReadByteString(), out NoiseCommitment? commitment, out string? reason)
        )
        {
            throw new FormatException("not of this format and version");
        }

        byte[] bits = r.ReadByteString();
        if (
            bits.Length != commitment.Bits
            || bits.Length is 0 or > BitVectorProof.MaxCount
            || bits.Any(b => b > 1)
            || !Scalar.TryDecode(r.ReadByteString(), out Scalar blinding)
        )
        {
            throw new FormatException("the bits or the blinding are none");
        }

        r.ReadEndArray();
        return new OwnedNoise(commitment, bits, blinding);
    }
}
