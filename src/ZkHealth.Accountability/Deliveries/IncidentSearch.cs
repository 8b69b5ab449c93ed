namespace ZkHealth.Accountability.Deliveries;

/// <summary>A delivery with its rows, as one of its two sides keeps it.</summary>
/// <param name="Name">The name of its file.</param>
/// <param name="Delivery">The manifest.</param>
/// <param name="Rows">The rows as they were delivered.</param>
internal sealed record KeptDelivery(string Name, Delivery Delivery, IReadOnlyList<string[]> Rows);

/// <summary>The match of a file's rows with a delivery.</summary>
/// <param name="Kept">The delivery.</param>
/// <param name="Spelled">Rows that match it letter by letter.</param>
/// <param name="ByValue">Rows that match it by their values.</param>
/// <param name="Distinguishing">Rows that match it letter by letter, stand in it once, and are not in every other
/// delivery.</param>
/// <param name="InOrder">Whether the matching rows that stand in it once are in its order; null where there are too few to tell
/// by.</param>
/// <param name="Explains">Whether it belongs to the deliveries that explain the matching rows.</param>
internal sealed record DeliveryMatch(
    KeptDelivery Kept,
    int Spelled,
    int ByValue,
    int Distinguishing,
    bool? InOrder,
    bool Explains
);

/// <summary>
/// Searches deliveries for the rows of a file that was found somewhere: whole, in part, with columns left out, or spelled anew.
/// The finding is the set of deliveries that explain all matching rows; their server and their taker both hold them, so that it
/// is never a breach by itself: a provider could frame its recipient.
/// </summary>
internal sealed class IncidentSearch
{
    /// <summary>The fewest rows that tell a delivery from the others.</summary>
    public const int FewestDistinguishing = 3;

    /// <summary>Of so many files at most one is by chance in the order of one of the deliveries.</summary>
    private const double OnePartIn = 5040;

    private IncidentSearch(int rows, int matching, IReadOnlyList<DeliveryMatch> matches) =>
        (Rows, Matching, Matches) = (rows, matching, matches);

    /// <summary>The rows of the file.</summary>
    public int Rows { get; }

    /// <summary>The rows that match any delivery.</summary>
    public int Matching { get; }

    /// <summary>Every delivery that was searched.</summary>
    public IReadOnlyList<DeliveryMatch> Matches { get; }

    /// <summary>Tells whether some deliveries are told from the others.</summary>
    public bool IsConclusive => Matches.Any(m => m.Explains);

    /// <summary>The fewest rows by whose order a delivery is told from others: 7 of one, more of many, so that chance names
    /// nobody.</summary>
    /// <param name="deliveries">The deliveries that are at hand.</param>
    public static int FewestInOrder(int deliveries)
    {
        int rows = 1;
        for (double orders = 1; orders < OnePartIn * deliveries; orders *= rows)
        {
            rows++;
        }

        return rows;
    }

    /// <summary>Searches.</summary>
    /// <param name="columns">The columns of the file.</param>
    /// <param name="rows">The rows of the file.</param>
    /// <param name="deliveries">The deliveries that are at hand.</param>
    public static IncidentSearch Run(
        IReadOnlyList<string> columns,
        IReadOnlyList<string[]> rows,
        IReadOnlyList<KeptDelivery> deliveries
    )
    {
        Places[] spelled = [.. deliveries.Select(d => Places.Of(columns, rows, d, v => v))],
            byValue = [.. deliveries.Select(d => Places.Of(columns, rows, d, Marks.Plain))];
        bool[] matching = [.. Enumerable.Range(0, rows.Count).Select(i => byValue.Any(d => d.Has(i)))];
        int[] spelledBy = [.. Enumerable.Range(0, rows.Count).Select(i => spelled.Count(d => d.Has(i)))];

        // without a mark in any row the letters tell nothing: the file may be the owner's own rows
        bool marked = rows.Where((_, i) => matching[i]).Any(r => r.Any(v => Marks.Plain(v) != v));
        bool Distinguishes(int d, int i) =>
            marked && spelled[d].HasOnce(i) && (deliveries.Count == 1 || spelledBy[i] < deliveries.Count);
        int fewest = FewestInOrder(deliveries.Count);

        HashSet<int> explaining = Explain(
            deliveries.Count,
            [.. Enumerable.Range(0, rows.Count).Where(i => matching[i])],
            (d, i) => spelled[d].Has(i),
            Distinguishes
        );
        if (explaining.Count == 0)
        {
            // spelled anew: what is left of the marks is the order
            explaining =
            [
                .. Enumerable
                    .Range(0, deliveries.Count)
                    .Where(d =>
                        byValue[d].IsInOrder(fewest) == true
                        && Enumerable.Range(0, rows.Count).All(i => !matching[i] || byValue[d].Has(i))
                    ),
            ];
            explaining = explaining.Count < deliveries.Count || deliveries.Count == 1 ? explaining : [];
        }

        return new IncidentSearch(
            rows.Count,
            matching.Count(m => m),
            [
                .. deliveries.Select(
                    (d, k) =>
                        new DeliveryMatch(
                            d,
                            spelled[k].Count,
                            byValue[k].Count,
                            Enumerable.Range(0, rows.Count).Count(i => Distinguishes(k, i)),
                            byValue[k].IsInOrder(fewest),
                            explaining.Contains(k)
                        )
                ),
            ]
        );
    }

    /// <summary>Deliveries that each match all rows letter by letter; where none does, the fewest, by the most rows first, each
    /// with rows that tell it from others.</summary>
    private static HashSet<int> Explain(int deliveries, List<int> rows, Func<int, int, bool> matches, Func<int, int, bool> tells)
    {
        int[] all = [.. Enumerable.Range(0, deliveries)];
        bool IsTold(int d, IEnumerable<int> of) => of.Count(i => tells(d, i)) >= FewestDistinguishing;
        var found = all.Where(d => rows.Count > 0 && rows.All(i => matches(d, i)) && IsTold(d, rows)).ToHashSet();
        if (found.Count > 0)
        {
            return found;
        }

        var left = rows.ToHashSet();
        while (left.Count > 0)
        {
            int[] next = [.. all.Where(d => IsTold(d, left.Where(i => matches(d, i))))];
            if (next.Length == 0)
            {
                return [];
            }

            int best = next.MaxBy(d => left.Count(i => matches(d, i)));
            found.Add(best);
            left.RemoveWhere(i => matches(best, i));
        }

        return found;
    }

    /// <summary>Says where the rows of a file stand in a delivery, by the columns that both have. Rows of a delivery are each
    /// taken once. A row that stands in it several times is a common one: it tells neither this delivery nor an order.</summary>
    private sealed class Places
    {
        private readonly int[] _places;
        private readonly bool[] _once;

        private Places(int[] places, bool[] once) => (_places, _once) = (places, once);

        /// <summary>The rows of the file that stand in the delivery.</summary>
        public int Count => _places.Count(p => p >= 0);

        /// <summary>Determines whether a row of the file stands in the delivery.</summary>
        public bool Has(int row) => _places[row] >= 0;

        /// <summary>Determines whether a row of the file stands in the delivery, and only once.</summary>
        public bool HasOnce(int row) => Has(row) && _once[row];

        /// <summary>Determines whether the rows that stand once in the delivery are in its order; null where they are
        /// fewer.</summary>
        public bool? IsInOrder(int fewest)
        {
            int[] matched = [.. _places.Where((_, i) => HasOnce(i))];
            return matched.Length < fewest ? null : matched.Zip(matched.Skip(1)).All(p => p.First < p.Second);
        }

        public static Places Of(
            IReadOnlyList<string> columns,
            IReadOnlyList<string[]> rows,
            KeptDelivery kept,
            Func<string, string> form
        )
        {
            string[] own = [.. kept.Delivery.Columns];
            (int There, int Here)[] both =
            [
                .. columns.Select((c, j) => (There: j, Here: Array.IndexOf(own, c))).Where(p => p.Here >= 0),
            ];
            var places = new int[rows.Count];
            var once = new bool[rows.Count];
            Array.Fill(places, -1);
            if (both.Length == 0)
            {
                return new Places(places, once);
            }

            ILookup<string, int> there = Enumerable
                .Range(0, kept.Rows.Count)
                .ToLookup(i => CanonicalCsv.Line([.. both.Select(p => form(kept.Rows[i][p.Here]))]), StringComparer.Ordinal);
            var taken = new Dictionary<string, Queue<int>>(StringComparer.Ordinal);
            for (int i = 0; i < rows.Count; i++)
            {
                string key = CanonicalCsv.Line([.. both.Select(p => form(rows[i][p.There]))]);
                if (!taken.TryGetValue(key, out Queue<int>? free))
                {
                    taken[key] = free = new Queue<int>(there[key]);
                    once[i] = free.Count == 1;
                }

                places[i] = free.TryDequeue(out int place) ? place : -1;
            }

            return new Places(places, once);
        }
    }
}
