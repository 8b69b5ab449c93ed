using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Tables.Derived;

/// <summary>What a test changes before anything is committed: keys, weights and values of events, values and totals of
/// entities.</summary>
internal delegate void SpoilLink(uint[] keys, uint[] weights, uint[] joined, uint[] values, uint[] totals);

/// <summary>Visits that name patients, as the test of the reference has them; each visit may have a weight, patients have
/// totals.</summary>
internal sealed class LinkCase
{
    public LinkCase(
        int visits,
        int patients,
        bool weighted,
        bool total,
        int seed = 1,
        SpoilLink? spoil = null,
        LinkForgery? forge = null
    )
    {
        var random = new Random(seed);
        uint[] keys = [.. Enumerable.Range(0, visits).Select(_ => (uint)random.Next(patients + 1))];
        uint[] weights = [.. Enumerable.Range(0, visits).Select(_ => (uint)random.Next(4))],
            values = [.. Enumerable.Range(0, patients).Select(_ => (uint)random.Next(5))];
        uint[] joined = [.. keys.Select(k => k == 0 ? 0 : values[k - 1])],
            totals = new uint[patients];
        for (int i = 0; i < visits; i++)
        {
            if (keys[i] > 0)
            {
                totals[keys[i] - 1] += weighted ? weights[i] : 1;
            }
        }

        spoil?.Invoke(keys, weights, joined, values, totals);
        using TableSecret first = TableSecret.Create(),
            second = TableSecret.Create();
        using TableOpening visit = TableOpening.Commit([keys, weights], visits, CubeCase.Owner, "visits"u8, first);
        using TableOpening patient = TableOpening.Commit([values], patients, CubeCase.Owner, "patients"u8, second);
        (Events, Entities) = (visit.Derive("joined"u8, [joined]), patient.Derive("totals"u8, [totals]));
        Link = total ? Link.Totals(0, weighted ? 1 : null, 1) : Link.Join(0, (2, 0));
        (Sums, Proof) = LinkProof.Prove(new Transcript("test"u8), Events, Entities, Link, 1, forge);
    }

    public TableOpening Events { get; }

    public TableOpening Entities { get; }

    public Link Link { get; }

    public byte[] Sums { get; }

    public byte[] Proof { get; }

    public VerificationResult Verify(
        TableCommitment? events = null,
        TableCommitment? entities = null,
        Link? link = null,
        byte[]? sums = null,
        byte[]? proof = null,
        string label = "test"
    ) =>
        LinkProof.Verify(
            new Transcript(System.Text.Encoding.ASCII.GetBytes(label)),
            events ?? Events.Commitment,
            entities ?? Entities.Commitment,
            link ?? Link,
            sums ?? Sums,
            proof ?? Proof
        );
}
