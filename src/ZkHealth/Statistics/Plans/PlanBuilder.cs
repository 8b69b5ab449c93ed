using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// Builds a <see cref="Plan"/> with the names of tables and columns. Steps are taken in the order in which they are added; a
/// column is there for those after its own.
/// </summary>
/// <remarks>
/// What rules demand and nobody would want to write is added: a cube that bounds a total which stands in no other, and the proof
/// that nobody's consent serves twice.
/// </remarks>
internal sealed partial class PlanBuilder
{
    /// <summary>The name of the public column of declared rows, which every table has: code 1 in each row, 0 beyond.</summary>
    public const string RowColumn = "row";

    private readonly Dictionary<string, PlanTable> _tables = new(StringComparer.Ordinal);
    private readonly List<PlanStep> _steps = [];
    private readonly List<PlanCube> _cubes = [];
    private readonly List<PlanQuestion> _asked = [];

    /// <summary>Adds a table of the hospital.</summary>
    /// <param name="role">The name by which the plan refers to it.</param>
    /// <param name="table">The table.</param>
    /// <param name="dataSet">The data set of which it is a version, as the ledger names it.</param>
    /// <exception cref="ArgumentException">The role is there already, or the table has no schema.</exception>
    public PlanBuilder AddTable(string role, TableCommitment table, string dataSet) => AddTable(role, table, dataSet, null);

    /// <summary>Adds a registrar's table, such as of consents, that was made for the hospital.</summary>
    /// <param name="role">The name by which the plan refers to it.</param>
    /// <param name="table">The table.</param>
    /// <param name="dataSet">The data set of which it is a version.</param>
    /// <param name="hospital">The owner of the hospital's tables, 32 bytes.</param>
    /// <exception cref="ArgumentException">The role is there already, or the table has no schema.</exception>
    public PlanBuilder AddRegistrar(string role, TableCommitment table, string dataSet, ReadOnlyMemory<byte> hospital) =>
        AddTable(role, table, dataSet, hospital);

    /// <summary>Derives a column of named values: target = map(sources) in every row.</summary>
    /// <param name="role">The table.</param>
    /// <param name="target">The name of the new column.</param>
    /// <param name="categories">Its values, from code 1 on.</param>
    /// <param name="sources">The columns from which it follows, at least one of named values.</param>
    /// <param name="map">The code, 0 for no value, of the codes of the sources, for each of their combinations.</param>
    /// <exception cref="ArgumentException">A column is not there, or there are too many combinations.</exception>
    public PlanBuilder MapToCategories(
        string role,
        string target,
        IReadOnlyList<string> categories,
        IReadOnlyList<string> sources,
        Func<IReadOnlyList<uint>, uint> map
    ) => Map(role, new PlanColumn(target, PlanColumnKind.Coded, categories.Count + 1, [.. categories]), sources, map);

    /// <summary>Derives a column of numbers, as weights are: target = map(sources) in every row.</summary>
    /// <param name="role">The table.</param>
    /// <param name="target">The name of the new column.</param>
    /// <param name="most">The largest number.</param>
    /// <param name="sources">The columns from which it follows, at least one of named values.</param>
    /// <param name="map">The number, of the codes of the sources, for each of their combinations.</param>
    /// <exception cref="ArgumentException">A column is not there, or there are too many combinations.</exception>
    public PlanBuilder MapToNumber(
        string role,
        string target,
        uint most,
        IReadOnlyList<string> sources,
        Func<IReadOnlyList<uint>, uint> map
    ) => Map(role, new PlanColumn(target, PlanColumnKind.Number, most + 1L), sources, map);

    /// <summary>Derives a column of totals: for each row of a table the sum over the events that name it.</summary>
    /// <param name="role">The table of those who are named.</param>
    /// <param name="target">The name of the new column.</param>
    /// <param name="most">
    /// The largest total. Take it from what is known beforehand: the largest that occurs would disclose itself, and a larger one
    /// makes the proof impossible.
    /// </param>
    /// <param name="events">The table of the events.</param>
    /// <param name="key">Their key column.</param>
    /// <param name="weight">Their column of weights; null to count each as 1.</param>
    /// <exception cref="ArgumentException">A column is not there.</exception>
    public PlanBuilder Total(string role, string target, uint most, string events, string key, string? weight = null)
    {
        int keyColumn = IndexOf(events, key);
        int? weightColumn = weight is null ? null : IndexOf(events, weight);
        _steps.Add(
            new TotalStep(
                events,
                role,
                keyColumn,
                weightColumn,
                Derive(role, new PlanColumn(target, PlanColumnKind.Number, most + 1L))
            )
        );
        return this;
    }

    /// <summary>Derives columns of events: those of the row that the key names. To a registrar it adds the proof that each person
    /// is named at most once.</summary>
    /// <param name="role">The table of the events.</param>
    /// <param name="key">Their key column.</param>
    /// <param name="entities">The table whose rows it names.</param>
    /// <param name="prefix">How the names of the new columns begin.</param>
    /// <param name="columns">The columns of that table.</param>
    /// <exception cref="ArgumentException">A column is not there, or the table has one of the name already.</exception>
    public PlanBuilder Join(string role, string key, string entities, string prefix, params IReadOnlyList<string> columns)
    {
        int keyColumn = IndexOf(role, key);
        if (Table(entities).For is not null)
        {
            string named = $"named by {key} of {role}";
            Total(entities, named, 1, role, key);
            _cubes.Add(new PlanCube(entities, [IndexOf(entities, named)]));
        }

        _steps.Add(
            new JoinStep(
                role,
                entities,
                keyColumn,
                [
                    .. columns.Select(name =>
                    {
                        int source = IndexOf(entities, name);
                        PlanColumn own = Table(entities).All[source];
                        return (Derive(role, own with { Name = prefix + own.Name }), source);
                    }),
                ]
            )
        );
        return this;
    }

    /// <summary>Asks numbers of a cube: for each the sum over its cells of weight times count.</summary>
    /// <param name="role">The table.</param>
    /// <param name="columns">The columns of the cube.</param>
    /// <param name="weights">For each number the weight of a cell, of the codes of the columns. Cells in which no column of named
    /// values has one count 0.</param>
    /// <exception cref="ArgumentException">A column is not there, or the cube has more than 2^20 cells.</exception>
    public PlanBuilder Ask(
        string role,
        IReadOnlyList<string> columns,
        params IReadOnlyList<Func<IReadOnlyList<uint>, long>> weights
    ) => Ask(role, columns, null, weights);

    /// <summary>Asks numbers of a cube in groups, of which some are withheld.</summary>
    internal PlanBuilder Ask(
        string role,
        IReadOnlyList<string> columns,
        PlanGroups? groups,
        IReadOnlyList<Func<IReadOnlyList<uint>, long>> weights
    )
    {
        int[] which = [.. columns.Select(name => IndexOf(role, name))];
        PlanColumn[] own = [.. which.Select(j => Table(role).All[j])];
        uint[][] cells = [.. Combinations(own)];
        SqlWork.Spend((long)SqlWork.OfNumber * weights.Count * cells.Length);
        int[] coded = [.. own.Index().Where(c => c.Item.IsCoded).Select(c => c.Index)];
        bool[] counts = [.. cells.Select(cell => coded.Any(j => cell[j] != 0))];
        long[] Weights(Func<IReadOnlyList<uint>, long> weight) => [.. cells.Select((cell, i) => counts[i] ? weight(cell) : 0)];
        _asked.Add(new PlanQuestion(_cubes.Count, [.. weights.Select(Weights)]) { Groups = groups });
        _cubes.Add(new PlanCube(role, which));
        return this;
    }

    /// <summary>The plan.</summary>
    /// <exception cref="InvalidOperationException">It breaks a rule; the message says which.</exception>
    public Plan Build()
    {
        var plan = new Plan
        {
            Tables = new Dictionary<string, PlanTable>(_tables),
            Steps = [.. _steps],
            Cubes = [.. _cubes, .. Bounds()],
            Asked = [.. _asked],
        };
        if (PlanRules.Broken(plan) is string broken)
        {
            throw new InvalidOperationException(broken);
        }

        return plan;
    }
}
