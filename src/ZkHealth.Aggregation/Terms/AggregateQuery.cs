using System.Formats.Cbor;
using ZkHealth.Statistics;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation;

/// <summary>The part of the sum that a session opens.</summary>
public abstract class AggregateQuery
{
    /// <summary>The most numbers that one session opens.</summary>
    internal const int MaxNumbers = 1 << 14;

    private protected AggregateQuery() { }

    internal abstract void Write(CborWriter w);

    internal static AggregateQuery Read(CborReader r)
    {
        r.ReadStartArray();
        AggregateQuery question = r.ReadInt32() switch
        {
            StatisticsQuery.Kind => new StatisticsQuery(CanonicalCbor.ReadList(r, Statistic.Read, StatisticsProof.MaxStatistics)),
            VectorSumQuery.Kind => new VectorSumQuery(),
            _ => throw new FormatException("unknown kind of question"),
        };
        r.ReadEndArray();
        return question;
    }
}

/// <summary>Linear statistics of the regional cube: the members open their weight rows and nothing else.</summary>
/// <param name="statistics">The statistics, one or more; thresholds, which hide numbers, are none of them.</param>
public sealed class StatisticsQuery(IReadOnlyList<Statistic> statistics) : AggregateQuery
{
    /// <summary>The statistics that are asked for.</summary>
    public IReadOnlyList<Statistic> Statistics { get; } = statistics;

    internal const int Kind = 1;

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(2);
        w.WriteInt32(Kind);
        CanonicalCbor.WriteList(w, Statistics, statistic => statistic.Write(w));
        w.WriteEndArray();
    }
}

/// <summary>The whole sum of one committed column, entry by entry: federated learning.</summary>
internal sealed class VectorSumQuery : AggregateQuery
{
    internal const int Kind = 2;

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(1);
        w.WriteInt32(Kind);
        w.WriteEndArray();
    }
}

/// <summary>
/// Noise that the hospitals deal, so that the opened numbers are differentially private: each opened number carries at least
/// <see cref="Coins"/> fair coins of hospitals that do not collude.
/// </summary>
public sealed class NoiseTerms
{
    internal NoiseTerms(PrivacyLoss loss, int sensitivity, int coins) => (Loss, Sensitivity, Coins) = (loss, sensitivity, coins);

    /// <summary>Noise with the least number of coins.</summary>
    /// <param name="loss">(ε, δ), for all numbers of the release together.</param>
    /// <param name="sensitivity">By how much one patient changes all numbers together, at least 1: asserted by the owners, not
    /// proven.</param>
    public NoiseTerms(PrivacyLoss loss, int sensitivity)
        : this(loss, sensitivity, BinomialNoise.CoinsFor(loss, sensitivity)) { }

    /// <summary>(ε, δ), for all numbers of the release together.</summary>
    public PrivacyLoss Loss { get; }

    /// <summary>By how much one patient changes all numbers together, at least 1.</summary>
    public int Sensitivity { get; }

    /// <summary>N: coins for each number, at least what <see cref="BinomialNoise.CoinsFor"/> gives.</summary>
    internal int Coins { get; }

    internal void Write(CborWriter w)
    {
        w.WriteStartArray(4);
        w.WriteInt64(Loss.MicroEpsilon);
        w.WriteInt64(Loss.AttoDelta);
        w.WriteInt32(Sensitivity);
        w.WriteInt32(Coins);
        w.WriteEndArray();
    }

    internal static NoiseTerms Read(CborReader r)
    {
        r.ReadStartArray();
        var terms = new NoiseTerms(PrivacyLoss.FromUnits(r.ReadInt64(), r.ReadInt64()), r.ReadInt32(), r.ReadInt32());
        r.ReadEndArray();
        return terms;
    }
}
