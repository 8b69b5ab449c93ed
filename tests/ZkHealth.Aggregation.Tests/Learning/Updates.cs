using System.Security.Cryptography;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation.Tests.Learning;

/// <summary>Updates for tests.</summary>
internal static class Updates
{
    public static readonly LearningModel Founded = new("model", Fill(1));
    public static readonly byte[] Model = Founded.Id.ToArray(),
        Sid = Fill(2),
        Owner = Fill(3);
    public static readonly PartyId Hospital = new(Owner);

    public static byte[] Fill(byte value) => [.. Enumerable.Repeat(value, 32)];

    public static OpeningQuorum Quorum(int members = 3, int threshold = 2) =>
        new([.. Enumerable.Range(0, members).Select(i => new PartyId(Fill((byte)(100 + i))))], threshold);

    public static RoundTerms Terms(int entries = 300, int bits = 6, ulong squaredNorm = 20_000, int round = 4) =>
        new(Founded, round, entries, Quantiser.ForClip(1, bits), squaredNorm, 1000, Quorum());

    /// <summary>Small entries, the first of them at the lower end of the range: its code is 0.</summary>
    public static double[] Values(int entries, int seed = 5)
    {
        var random = new Random(seed);
        double[] values = [.. Enumerable.Range(0, entries).Select(_ => random.NextDouble() * 0.3 - 0.15)];
        values[0] = -2;
        return values;
    }

    public static UpdateOpening Commit(RoundTerms terms, double[]? values = null, byte[]? sid = null, PartyId? owner = null) =>
        Commit(terms, terms.Quantiser.Quantise(values ?? Values(terms.Entries)), sid, owner);

    public static UpdateOpening Commit(RoundTerms terms, QuantisedUpdate update, byte[]? sid = null, PartyId? owner = null)
    {
        using var secret = TableSecret.Create();
        return UpdateOpening.Commit(update, terms, sid ?? Sid, owner ?? Hospital, secret);
    }

    public static ProvenUpdateOpening Prove(RoundTerms terms, double[]? values = null) =>
        ProvenUpdateOpening.Prove(Commit(terms, values));

    /// <summary>Codes as they are, in range or not.</summary>
    public static QuantisedUpdate Raw(RoundTerms terms, uint[] codes) => new(terms.Quantiser, codes, terms.Entries, 0);

    public static int[] Direction(int entries, int largest = 1000, int seed = 8)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, entries).Select(_ => random.Next(-largest, largest + 1))];
    }

    public static byte[] Changed(byte[] bytes, int at)
    {
        byte[] changed = [.. bytes];
        changed[at] ^= (byte)(1 << RandomNumberGenerator.GetInt32(8));
        return changed;
    }
}
