using ZkHealth.Fields;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Derives the columns of a plan from the owner's tables.</summary>
/// <remarks>Look-ups by code and key make its memory accesses depend on them (see docs/security.md).</remarks>
internal sealed class PlanEvaluator : IDisposable
{
    private readonly Dictionary<string, SecretArray<uint>[]> _derived = new(StringComparer.Ordinal);

    /// <param name="plan">The plan.</param>
    /// <param name="tables">The table of each role.</param>
    /// <exception cref="ArgumentException">A table is missing, or not that of the plan.</exception>
    public PlanEvaluator(Plan plan, IReadOnlyDictionary<string, TableOpening> tables)
    {
        (Plan, Tables) = (plan, tables);
        foreach ((string role, PlanTable table) in plan.Tables)
        {
            if (!tables.TryGetValue(role, out TableOpening? opening))
            {
                throw new ArgumentException($"expected a table for the role '{role}'", nameof(tables));
            }

            _derived[role] = [.. table.Derived.Select(_ => new SecretArray<uint>((int)opening.Commitment.Rows))];
        }
    }

    public Plan Plan { get; }

    /// <summary>The table of each role.</summary>
    public IReadOnlyDictionary<string, TableOpening> Tables { get; }

    /// <summary>The codes of the derived columns of a table, 0 before the step of which one is the target.</summary>
    public IReadOnlyList<ReadOnlyMemory<uint>> Derived(string role) =>
        [.. _derived[role].Select(codes => (ReadOnlyMemory<uint>)codes.Values)];

    /// <summary>The codes of a column of a table, be it committed or derived.</summary>
    public ReadOnlySpan<uint> Codes(string role, int column)
    {
        int known = Plan.Tables[role].Columns.Count;
        return column < known ? Tables[role].Codes(column) : _derived[role][column - known].Span;
    }

    /// <summary>Clears the codes.</summary>
    public void Dispose()
    {
        foreach (SecretArray<uint> codes in _derived.Values.SelectMany(columns => columns))
        {
            codes.Dispose();
        }
    }

    /// <summary>Takes all steps in their order.</summary>
    /// <exception cref="ArgumentException">A code lies outside its domain, or a key names no row: the message names the tables
    /// and the column, and no row.</exception>
    public void Run()
    {
        foreach (PlanStep step in Plan.Steps)
        {
            Take(step);
        }
    }

    /// <summary>Takes one step.</summary>
    public void Take(PlanStep step)
    {
        switch (step)
        {
            case MapStep map:
                Map(map);
                break;
            case JoinStep join:
                Join(join);
                break;
            case TotalStep total:
                Total(total);
                break;
        }
    }

    private void Total(TotalStep step)
    {
        ReadOnlySpan<uint> weights = step.Weight is int weight ? Codes(step.Events, weight) : [];
        uint[] totals;
        try
        {
            totals = LinkWitness.Totals(Codes(step.Events, step.Key), weights, (int)Tables[step.Entities].Commitment.Rows);
        }
        catch (ArgumentException e) when (e.ParamName == "keys")
        {
            throw NamesNobody(step.Events, step.Key, step.Entities);
        }

        totals.CopyTo(Target(step.Entities, step.Total));
    }

    private void Map(MapStep step)
    {
        long[] domains = [.. step.Sources.Select(j => Plan.Tables[step.Table].All[j].Domain)];
        var values = new Dictionary<long, uint>();
        foreach (IReadOnlyList<long> tuple in step.Tuples)
        {
            values[domains.Select((domain, i) => (domain, code: tuple[i])).Aggregate(0L, (sum, c) => (sum * c.domain) + c.code)] =
                (uint)tuple[^1];
        }

        Span<uint> target = Target(step.Table, step.Target);
        var keys = new long[target.Length];
        for (int i = 0; i < domains.Length; i++)
        {
            ReadOnlySpan<uint> codes = Codes(step.Table, step.Sources[i]);
            for (int row = 0; row < keys.Length; row++)
            {
                keys[row] =
                    codes[row] < domains[i]
                        ? (keys[row] * domains[i]) + codes[row]
                        : throw new ArgumentException("a code lies outside its domain", nameof(step));
            }
        }

        for (int row = 0; row < keys.Length; row++)
        {
            target[row] = values.GetValueOrDefault(keys[row]);
        }
    }

    private void Join(JoinStep step)
    {
        ReadOnlySpan<uint> keys = Codes(step.Events, step.Key);
        foreach ((int target, int source) in step.Pairs)
        {
            ReadOnlySpan<uint> theirs = Codes(step.Entities, source);
            Span<uint> mine = Target(step.Events, target);
            for (int row = 0; row < keys.Length; row++)
            {
                if (keys[row] > theirs.Length)
                {
                    throw NamesNobody(step.Events, step.Key, step.Entities);
                }

                mine[row] = keys[row] == 0 ? 0 : theirs[(int)keys[row] - 1];
            }
        }
    }

    private ArgumentException NamesNobody(string events, int key, string entities) =>
        new(
            $"the key '{Plan.Tables[events].All[key].Name}' of '{events}' names rows beyond the {Tables[entities].Commitment.Rows} of '{entities}': give the table "
                + "of which the keys were made, or a later one of its registrar",
            nameof(entities)
        );

    private Span<uint> Target(string role, int column) => _derived[role][column - Plan.Tables[role].Columns.Count].Span;
}
