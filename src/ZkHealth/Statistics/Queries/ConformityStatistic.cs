using System.Formats.Cbor;
using System.Numerics;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// The hidden distribution of rows over strata agrees with a public profile: positive weights P_k, of sum P. Nothing is shown but
/// that it holds, that the strata have at least a public number of rows in all (that number only where it is asked for), and how
/// many rows have no value.
/// </summary>
/// <remarks>
/// With O_k the rows of stratum k and n = Σ O_k, X² = Σ O_k²·P/(n·P_k) − n ≤ p/q is, for n > 0,
/// D·q·n² + D·p·n − q·Σ A_k·O_k² ≥ 0 with A_k = D·P/P_k. D is the common denominator of the P/P_k where that is at most 2^64;
/// otherwise D = 2^64 and A_k is rounded up: then a statistic within n·2^-64 of the critical value cannot be proven, and never
/// one above it. Shares likewise, with D ≤ 2^40. A row that lies in no stratum is not counted; of those of which it is not known
/// whether they lie in one (a column without a value) the number is shown.
/// </remarks>
internal sealed partial record ConformityStatistic : Statistic
{
    internal const int Kind = 8;

    /// <summary>The most strata.</summary>
    public const int MaxStrata = 1024;

    /// <summary>The largest weight of a profile.</summary>
    public const long MaxWeight = 1_000_000_000_000;

    internal ConformityStatistic(
        IReadOnlyList<string> strataColumns,
        IReadOnlyList<Predicate> strata,
        IReadOnlyList<long> profile,
        ConformityBound bound,
        Predicate? condition,
        long? minimumRows,
        bool showRows
    )
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(bound);
        if (profile.Count is < 2 or > MaxStrata || profile.Any(w => w is < 1 or > MaxWeight))
        {
            throw new ArgumentException($"expected 2 to {MaxStrata} weights from 1 to {MaxWeight}", nameof(profile));
        }

        // every expected count n·P_k/P is at least 5 where n ≥ 5·P/min P_k
        long least = profile.Min();
        long minimum = minimumRows ?? (5 * profile.Sum() + least - 1) / least;
        if (minimum is < 1 or > long.MaxValue >> 2)
        {
            throw new ArgumentException("expected a minimum of at least one row", nameof(minimumRows));
        }

        (StrataColumns, Strata, Profile, Bound, Condition, MinimumRows, ShowRows) = (
            [.. strataColumns],
            [.. strata],
            [.. profile],
            bound,
            condition,
            minimum,
            showRows
        );
    }

    /// <summary>The columns whose values, in row-major order, are the strata; none where the strata are conditions.</summary>
    public IReadOnlyList<string> StrataColumns { get; }

    /// <summary>The strata as conditions, no two of which hold for one row; none where columns give them.</summary>
    public IReadOnlyList<Predicate> Strata { get; }

    /// <summary>The weight of each stratum.</summary>
    public IReadOnlyList<long> Profile { get; }

    /// <summary>The distance allowed between the distribution and the profile.</summary>
    public ConformityBound Bound { get; }

    /// <summary>Among which rows; null for all.</summary>
    public Predicate? Condition { get; }

    /// <summary>The strata have at least so many rows in all.</summary>
    public long MinimumRows { get; }

    /// <summary>Tells whether their number is shown.</summary>
    public bool ShowRows { get; }

    public override IEnumerable<string> Columns =>
        [.. StrataColumns, .. Strata.SelectMany(s => s.Columns), .. ColumnsOf(Condition)];

    internal override IEnumerable<Predicate> Conditions => [.. Strata, .. Optional(Condition)];

    public override string Describe(TableSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        string by = StrataColumns.Count > 0 ? string.Join(" × ", StrataColumns) : "conditions";
        IEnumerable<string> weights = Enumerable.Range(0, Profile.Count).Select(k => $"{Label(schema, k)}: {Profile[k]}");
        return $"the distribution over {Profile.Count} strata by {by}{Among(Condition, schema)}, of at least {MinimumRows} rows in all, agrees with a profile: "
            + $"{Bound.Describe(Profile.Count)}; profile: {string.Join("; ", weights)}"
            + UnknownRows.Describe(UnknownBelow);
    }

    internal override long[][]? Rows(TableSchema schema, TableAxes axes) =>
        Weigh(schema, axes, Condition) is null
        || !Bounded(Profile.Count, axes)
        || StratumOfCells(schema, axes) is not int[] strata
            ? null
            : WithUnknown(schema, axes, ShowRows ? [Counted(strata)] : []);

    internal override bool CountsUnknown => true;

    /// <summary>Rows of which it is not known whether they lie in a stratum; those that lie in none are not meant.</summary>
    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes)
    {
        if (
            StratumOfCells(schema, axes) is not int[] strata
            || Weigh(schema, axes, Condition ?? DeclaredRows) is not long[] unknown
        )
        {
            return null;
        }

        bool[] isOutside = Enumerable.Repeat(Strata.Count > 0, strata.Length).ToArray();
        foreach (Predicate stratum in Strata)
        {
            bool[] isFalse = CellSpace.EvaluateFalse(stratum, schema, axes)!;
            for (int i = 0; i < isOutside.Length; i++)
            {
                isOutside[i] &= isFalse[i];
            }
        }

        for (int i = 0; i < unknown.Length; i++)
        {
            unknown[i] = strata[i] >= 0 || isOutside[i] ? 0 : unknown[i];
        }

        return (Counted(strata), unknown);
    }

    internal override string Misfit(TableSchema schema, TableAxes axes) =>
        Weigh(schema, axes, Condition ?? DeclaredRows) is null ? base.Misfit(schema, axes)
        : !Bounded(Profile.Count, axes) ? TooLarge(Profile.Count, axes)
        : StrataColumns.Count > 0
            ? $"expected one weight for each combination of values of {string.Join(", ", StrataColumns)}, got {Profile.Count}"
        : "the strata overlap, so that a row would be in two of them, or look at other columns than the cube";

    private protected override void AddForms(ReleasedForms forms, TableSchema schema, TableAxes axes)
    {
        int[] strata = StratumOfCells(schema, axes)!;
        int n = ShowRows ? forms.Exact(Counted(strata), "the rows") : forms.Hidden(Counted(strata), "the rows");
        forms.Subject(n);
        forms.Within(n, MinimumRows, null);
        UnknownRows.AddForms(forms, Counted(strata), LeftOut(schema, axes)!.Value.Unknown, UnknownBelow);
        BigInteger all = Profile.Aggregate(BigInteger.Zero, (sum, w) => sum + w);
        for (int k = 0; k < Profile.Count; k++)
        {
            int stratum = k,
                count = forms.Hidden([.. strata.Select(s => s == stratum ? 1L : 0L)], $"the stratum {Label(schema, k)}");
            forms.AtLeast(n, 1, count, -1, 0);
            if (Bound.IsTolerance)
            {
                // P·q·O_k ≥ (P_k·q − p·P)·n, and ≤ (P_k·q + p·P)·n
                forms.AtLeast(count, all * Bound.Q, n, all * Bound.P - Profile[k] * (BigInteger)Bound.Q, 0);
                forms.AtLeast(n, all * Bound.P + Profile[k] * (BigInteger)Bound.Q, count, -all * Bound.Q, 0);
            }
            else
            {
                forms.Rule(known => NarrowStratum(known, n, count, (double)Profile[stratum] / (double)all));
            }
        }
    }

    /// <summary>
    /// (O_k − n·p_k)² ≤ c·n·p_k·(1 − p_k) for a chi-square of at most c, so O_k lies within √(c·n·p_k·(1 − p_k)) of n·p_k. The
    /// upper end grows with n; the lower one does from n = c·(1 − p_k)/(4·p_k) on, and is negative before.
    /// </summary>
    private void NarrowStratum(KnownCounts known, int n, int stratum, double share)
    {
        double c = (double)Bound.P / Bound.Q,
            low = known.Low(n),
            high = known.High(n);
        double Spread(double rows) => Math.Sqrt(c * rows * share * (1 - share));
        double least = low >= c * (1 - share) / (4 * share) ? Math.Ceiling(low * share - Spread(low) - 1e-6) : 0;
        known.Narrow(stratum, new BigInteger(Math.Max(0, least)), new BigInteger(Math.Floor(high * share + Spread(high) + 1e-6)));
    }

    internal override int ConstraintCount => base.ConstraintCount + Profile.Count + 1;

    internal override void Constrain(BoundedIntegers integers, TableSchema schema, TableAxes axes)
    {
        int[] strata = StratumOfCells(schema, axes)!;
        var weights = new long[strata.Length];
        BoundedInteger Sum(Func<int, bool> counted)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = counted(strata[i]) ? 1 : 0;
            }

            return integers.Sum(weights);
        }

        BoundedInteger[] observed = [.. Enumerable.Range(0, Profile.Count).Select(k => Sum(s => s == k))];
        BoundedInteger n = Sum(s => s >= 0);
        (BoundedInteger, BigInteger) enough = (n - MinimumRows, n.High - MinimumRows);
        var distance = new ProfileDistance(Profile, Bound);
        if (Bound.IsTolerance)
        {
            integers.NotNegative([enough, .. distance.Shares(observed, n), .. FewUnknown(integers, schema, axes)]);
            return;
        }

        integers.NotNegative([distance.ChiSquare(integers, observed, n), enough, .. FewUnknown(integers, schema, axes)]);
    }

    private static long[] Counted(int[] strata) => [.. strata.Select(s => s < 0 ? 0L : 1L)];

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released) =>
        HoldsFor(MinimumRows, released);

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(11);
        w.WriteInt32(Kind);
        CanonicalCbor.WriteList(w, StrataColumns, w.WriteTextString);
        CanonicalCbor.WriteList(w, Strata, stratum => stratum.Write(w));
        CanonicalCbor.WriteList(w, Profile, w.WriteInt64);
        w.WriteBoolean(Bound.IsTolerance);
        w.WriteInt64(Bound.P);
        w.WriteInt64(Bound.Q);
        WriteOptional(w, Condition);
        w.WriteInt64(MinimumRows);
        w.WriteBoolean(ShowRows);
        w.WriteInt32(UnknownBelow);
        w.WriteEndArray();
    }

    internal static Statistic ReadBody(CborReader r)
    {
        List<string> columns = CanonicalCbor.ReadList(r, x => x.ReadTextString(), 3);
        List<Predicate> strata = CanonicalCbor.ReadList(r, x => Predicate.Read(x), MaxStrata);
        List<long> profile = CanonicalCbor.ReadList(r, x => x.ReadInt64(), MaxStrata);
        ConformityBound bound = ConformityBound.Make(r.ReadBoolean(), r.ReadInt64(), r.ReadInt64());
        Predicate? condition = ReadOptional(r);
        (long minimum, bool show, int below) = (r.ReadInt64(), r.ReadBoolean(), UnknownRows.ReadBelow(r));
        Statistic read = (columns.Count, strata.Count) switch
        {
            (> 0, 0) => Conformity(columns, profile, bound, condition, minimum, show),
            (0, > 0) => ConformityOfGroups(strata, profile, bound, condition, minimum, show),
            _ => throw new FormatException("strata are columns or conditions"),
        };
        return read with { UnknownBelow = below };
    }
}
