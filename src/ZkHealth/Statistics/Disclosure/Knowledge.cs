using System.Numerics;

namespace ZkHealth.Statistics;

/// <summary>A count as the guard knows it from all releases together.</summary>
/// <param name="name">What it is, in words.</param>
/// <param name="group">The atoms whose rows are counted.</param>
/// <param name="rows">How many these are in truth.</param>
/// <param name="all">The rows of the table.</param>
internal sealed class KnownForm(string name, AtomSet group, long rows, long all)
{
    public string Name => name;

    public AtomSet Group => group;

    public long Rows => rows;

    /// <summary>The least count that everything released allows.</summary>
    public long Low { get; private set; }

    /// <summary>The largest.</summary>
    public long High { get; private set; } = all;

    /// <summary>Tells whether the count is known.</summary>
    public bool IsExact => Low == High;

    /// <summary>The columns without which no release counts these rows.</summary>
    public HashSet<uint>? LooksAt { get; private set; }

    /// <summary>The public range of a suppressed cell; null elsewhere.</summary>
    public (long Low, long High)? Suppressed { get; private set; }

    /// <summary>Narrows the interval, never beyond the truth; says whether it changed.</summary>
    public bool Narrow(BigInteger low, BigInteger? high)
    {
        (long oldLow, long oldHigh) = (Low, High);
        Low = (long)BigInteger.Min(rows, BigInteger.Max(Low, low));
        High = high is BigInteger most ? (long)BigInteger.Max(rows, BigInteger.Min(High, most)) : High;
        return Low != oldLow || High != oldHigh;
    }

    /// <summary>Takes over what one release says of the same rows.</summary>
    public void Join(ReleasedForm form)
    {
        if (LooksAt is null)
        {
            LooksAt = [.. form.LooksAt];
        }
        else
        {
            LooksAt.IntersectWith(form.LooksAt);
        }

        Suppressed ??= form.Suppressed;
        if (form.IsExact)
        {
            Narrow(rows, rows);
        }
    }
}

/// <summary>The counts of one question, for its rules.</summary>
internal sealed class KnownCounts(KnownForm[] forms)
{
    /// <summary>Tells whether a rule changed anything.</summary>
    public bool Changed { get; set; }

    public long Low(int form) => forms[form].Low;

    public long High(int form) => forms[form].High;

    /// <summary>The true count: rules use it where what is released tells which of two groups is the smaller, never as
    /// known.</summary>
    public long True(int form) => forms[form].Rows;

    public void Narrow(int form, BigInteger low, BigInteger? high) => Changed |= forms[form].Narrow(low, high);
}

/// <summary>Knowledge that some releases give together: each group of rows that they count, once, with the narrowest interval
/// that their rules give.</summary>
internal sealed class Knowledge
{
    /// <summary>Rules are asked again at most so often; each time something may still change.</summary>
    private const int MaxPasses = 32;

    private readonly Dictionary<AtomSet, KnownForm> _byGroup = [];

    /// <summary>Joins releases.</summary>
    /// <param name="atoms">The rows in atoms of all of them, or of more.</param>
    /// <param name="released">The releases.</param>
    public Knowledge(Atoms atoms, IEnumerable<ReleasedForms> released)
    {
        long all = atoms.Rows.Sum();
        AtomSet everything = AtomSet.Where(atoms.Count, _ => true);
        _byGroup[everything] = new KnownForm("the rows of the table", everything, all, all);
        _byGroup[everything].Join(new ReleasedForm("", [], new HashSet<uint>(), IsExact: true));
        var rules = new List<(KnownCounts Counts, Action<KnownCounts> Rule)>();
        foreach (ReleasedForms question in released)
        {
            AtomSet[] groups = atoms.GroupsOf(question);
            var forms = new KnownForm[groups.Length];
            for (int k = 0; k < forms.Length; k++)
            {
                if (!_byGroup.TryGetValue(groups[k], out forms[k]!))
                {
                    _byGroup[groups[k]] = forms[k] = new KnownForm(
                        question.Forms[k].Name,
                        groups[k],
                        atoms.RowsOf(groups[k]),
                        all
                    );
                }

                forms[k].Join(question.Forms[k]);
            }

            rules.AddRange(question.Rules.Select(rule => (new KnownCounts(forms), rule)));
        }

        bool changed = rules.Count > 0;
        for (int pass = 0; pass < MaxPasses && changed; pass++)
        {
            changed = false;
            foreach ((KnownCounts counts, Action<KnownCounts> rule) in rules)
            {
                counts.Changed = false;
                rule(counts);
                changed |= counts.Changed;
            }
        }

        Forms = [.. _byGroup.Values.Where(f => !f.Group.IsEmpty)];
        All = all;
    }

    /// <summary>The counts of at least one row.</summary>
    public IReadOnlyList<KnownForm> Forms { get; }

    /// <summary>The rows of the table.</summary>
    public long All { get; }

    /// <summary>The count of a group, where a release is about exactly its rows.</summary>
    public KnownForm? Find(AtomSet group) => _byGroup.GetValueOrDefault(group);
}
