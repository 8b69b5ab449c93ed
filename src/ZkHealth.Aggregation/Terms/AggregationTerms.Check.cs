using System.Numerics;
using ZkHealth.Proofs.Bits;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation;

/// <summary>Conditions that must hold of terms, for everyone who looks at them: an Open that fails here is void.</summary>
public sealed partial record AggregationTerms
{
    /// <summary>The bound of a sum is refused from 2^200 on, so that a lifted value is never a reduced one.</summary>
    internal const int MaxBoundBits = 200;

    /// <summary>The fault of the terms, in words, or null.</summary>
    public string? Check() => CheckParties() ?? CheckQuestion() ?? CheckNoise() ?? CheckEncoding();

    /// <summary>
    /// The largest magnitude of each opened number: hospitals × largest weight × rows × largest magnitude in its row of weights,
    /// and all coins. For whole vectors one bound for every entry.
    /// </summary>
    internal IReadOnlyList<BigInteger> Bounds()
    {
        BigInteger contributions = (BigInteger)Hospitals.Count * WeightCap;
        return IsWholeVector
            ? [contributions * (Axes.Domains[0] - 1)]
            :
            [
                .. WeightRows()
                    .Select(row =>
                        contributions * Rows * row.Max(w => BigInteger.Abs(w)) + (BigInteger)Hospitals.Count * NoiseBits
                    ),
            ];
    }

    /// <summary>N_i = ceil(N/(m − c)): the coins that each hospital deals for each opened number; 0 without noise.</summary>
    internal int NoiseBits => Noise is null ? 0 : (Noise.Coins + Minimum - Coalition - 1) / (Minimum - Coalition);

    private string? CheckParties()
    {
        int s = CommitteeSize;
        if (!Ascending(Hospitals) || Hospitals.Count > MaxHospitals)
        {
            return "the hospitals must be distinct, in ascending order, at most 1024";
        }

        if (!Ascending(Committee) || s > MaxCommittee)
        {
            return "the members of the committee must be distinct, in ascending order, at most 99";
        }

        if (s < 3 || s % 2 == 0)
        {
            return "the committee needs an odd number of members, at least 3";
        }

        if (Threshold < (s + 1) / 2 || Threshold > s)
        {
            return $"the threshold of a committee of {s} is {(s + 1) / 2} to {s} members, not {Threshold}";
        }

        if (Coalition < 1)
        {
            return "at least 1 hospital is assumed to collude";
        }

        if (Minimum < 3 || Minimum <= Coalition + 1)
        {
            return $"at least {Math.Max(3L, Coalition + 2L)} contributors are needed where {Coalition} may collude, not {Minimum}";
        }

        if (Minimum > Hospitals.Count)
        {
            return $"{Hospitals.Count} hospitals are fewer than the {Minimum} contributors that are needed";
        }

        return CheckClosers();
    }

    private string? CheckClosers()
    {
        int closers = EffectiveClosers.Count;
        if (
            !Ascending(EffectiveClosers)
            || closers is < 1 or > MaxHospitals
            || EffectiveCloseQuorum < 1
            || EffectiveCloseQuorum > closers
        )
        {
            return "the closers must be distinct, in ascending order, and at least as many as it takes";
        }

        if (PlannedCutOffs.Count != 4 || PlannedCutOffs.Zip(PlannedCutOffs.Skip(1)).Any(p => p.First > p.Second))
        {
            return "expected four cut-offs in order";
        }

        return VoidAfter < 0 || (VoidAfter > 0 && VoidAfter < PlannedCutOffs[3])
            ? "the time after which a session is void comes after its cut-offs"
            : null;
    }

    private string? CheckQuestion()
    {
        for (int j = 0; j < Axes.Columns.Count; j++)
        {
            if (Axes.Columns[j] >= Schema.Columns.Count || Schema.Columns[(int)Axes.Columns[j]].Domain != Axes.Domains[j])
            {
                return "the axes must be columns of the schema with their domains";
            }
        }

        if (!TableLayout.IsInRange(Rows) || !BitOperations.IsPow2(Rows) || Rows < 2)
        {
            return "the rows must be a power of two from 2 to 2^30";
        }

        if (WeightCap < 1)
        {
            return "the largest weight is at least 1";
        }

        if (IsWholeVector)
        {
            return CheckVector();
        }

        if (WeightCap != 1)
        {
            return "the contributions to statistics have weight 1";
        }

        return RegionalStatistics.TryRows(this, out _, out string? reason) ? CheckBounds(Bounds()) : reason;
    }

    private string? CheckVector()
    {
        if (Axes.Columns.Count != 1 || Axes.Columns[0] != 1 || Schema.Columns.Count != 2)
        {
            return "whole vectors are those of one column, the only one of its schema";
        }

        if (Noise is not null)
        {
            return "noise is dealt for statistics, not for whole vectors";
        }

        return Bounds()[0] >= BigInteger.One << 62 ? "the entries of a sum of vectors must stay below 2^62" : null;
    }

    internal static string? CheckBounds(IReadOnlyList<BigInteger> bounds) =>
        bounds.Any(b => b >= BigInteger.One << MaxBoundBits) ? "the bound of an opened number reaches 2^200" : null;

    private string? CheckNoise()
    {
        if (Noise is null)
        {
            return null;
        }

        if (Noise.Coins is < 1 or > BinomialNoise.MaxCoins || (long)NoiseBits * WeightRows().Length > BitVectorProof.MaxCount)
        {
            return "there are no coins for a number, or more than 2^16 for one hospital";
        }

        return BinomialNoise.Suffices(Noise.Coins, Noise.Loss, Noise.Sensitivity)
            ? null
            : "so few coins do not give this loss for this sensitivity";
    }

    private string? CheckEncoding()
    {
        if (SuppressBelow < 0)
        {
            return "a count to suppress below is not negative";
        }

        if (Policy.Length > 64 || PolicyParameters.Length > 1 << 16 || Purpose.Length > 1024)
        {
            return "a name or parameter is too long";
        }

        if (DataSet.Length == 0 || !DataSetName.IsValid(DataSet))
        {
            return "the data set needs a name of 1 to 200 printable characters";
        }

        return Encode().Length > MaxEncodedSize ? "the terms are too large" : null;
    }

    /// <summary>The weight rows of all opened numbers, in the order of the statistics; empty for whole vectors.</summary>
    internal long[][] WeightRows() =>
        !IsWholeVector && RegionalStatistics.TryRows(this, out long[][][]? rows, out _) ? [.. rows.SelectMany(r => r)] : [];

    private static bool Ascending(IReadOnlyList<PartyId> parties)
    {
        for (int j = 1; j < parties.Count; j++)
        {
            if (parties[j - 1] >= parties[j])
            {
                return false;
            }
        }

        return true;
    }
}
