namespace ZkHealth.Statistics;

/// <summary>An aggregate of a query.</summary>
/// <param name="Function">count, sum, avg, bool_or, var_samp, stddev_samp or the like.</param>
/// <param name="Argument">What is aggregated; null for count(*).</param>
/// <param name="Filter">The condition under which a row counts; null for none.</param>
/// <param name="IsDistinct">Tells whether persons are counted, count(DISTINCT person_id).</param>
/// <param name="Position">Where it stands.</param>
internal sealed record SqlAggregate(string Function, SqlNode? Argument, SqlNode? Filter, bool IsDistinct, int Position);

/// <summary>Finds the aggregates of expressions.</summary>
internal static class SqlAggregates
{
    /// <summary>Tells why a proof has no present day.</summary>
    public const string Today = "the day of reading is no part of what is proven: write the day that is meant, DATE '2026-05-01'";

    private const string Windows =
        "window functions are not supported: use GROUP BY, or a derived table with GROUP BY of the key";

    private const string Groupings = "is not supported: ask one question for each grouping";

    private const string Pairs = "is not supported: GROUP BY bands of one column, with avg or count(*) FILTER of the other";

    private const string Extreme =
        "shows the value of one person: ask for counts beyond limits, count(*) FILTER (WHERE age >= 90)";

    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["min"] = "MIN " + Extreme,
        ["max"] = "MAX " + Extreme,
        ["first"] = "FIRST " + Extreme,
        ["last"] = "LAST " + Extreme,
        ["any_value"] = "ANY_VALUE " + Extreme,
        ["arg_max"] = "ARG_MAX " + Extreme,
        ["arg_min"] = "ARG_MIN " + Extreme,
        ["mode"] = "MODE is not supported: GROUP BY the column and count(*)",
        ["median"] = "MEDIAN is not supported: count(*) in bands, or zkhealth prove quantile",
        ["quantile"] = "QUANTILE is not supported: count(*) in bands, or zkhealth prove quantile",
        ["quantile_cont"] = "QUANTILE is not supported: count(*) in bands, or zkhealth prove quantile",
        ["list"] = "LIST would show rows of people: ask for groups",
        ["string_agg"] = "STRING_AGG would show rows of people: ask for groups",
        ["array_agg"] = "ARRAY_AGG would show rows of people: ask for groups",
        ["group_concat"] = "GROUP_CONCAT would show rows of people: ask for groups",
        ["histogram"] = "HISTOGRAM is not supported: GROUP BY the column and count(*)",
        ["quantile_disc"] = "QUANTILE is not supported: count(*) in bands, or zkhealth prove quantile",
        ["approx_quantile"] = "QUANTILE is not supported: count(*) in bands, or zkhealth prove quantile",
        ["max_by"] = "MAX_BY " + Extreme,
        ["min_by"] = "MIN_BY " + Extreme,
        ["corr"] = "CORR " + Pairs,
        ["covar_pop"] = "COVAR_POP " + Pairs,
        ["covar_samp"] = "COVAR_SAMP " + Pairs,
        ["regr_slope"] = "REGR_SLOPE " + Pairs,
        ["rollup"] = "ROLLUP " + Groupings,
        ["cube"] = "CUBE " + Groupings,
        ["today"] = Today,
        ["now"] = Today,
        ["get_current_timestamp"] = Today,
        ["row_number"] = Windows,
        ["rank"] = Windows,
        ["dense_rank"] = Windows,
        ["ntile"] = Windows,
        ["lag"] = "comparisons among several events of one person are not supported: let the importer make a column of them",
        ["lead"] = "comparisons among several events of one person are not supported: let the importer make a column of them",
        ["approx_count_distinct"] = "APPROX_COUNT_DISTINCT is not supported: count(DISTINCT person_id) is",
    };

    /// <summary>Advice on aggregates that take no truth values, as in DuckDB.</summary>
    public static string OfTruth(string function) =>
        $"{function} takes numbers, and got truth values: {function}(CAST(… AS INTEGER)), or a rate, count(*) FILTER (WHERE …) / count(*)";

    /// <summary>The refusal of an aggregate; null of others.</summary>
    public static string? Refusal(string function) => Refused.GetValueOrDefault(function);

    /// <summary>Reads the call of an aggregate; null where it is none.</summary>
    public static SqlAggregate? Of(SqlNode node)
    {
        if (node is not CallNode call)
        {
            return null;
        }

        if (Refusal(call.Name) is string refusal)
        {
            throw new SqlException(call.Position, refusal);
        }

        switch (call.Name)
        {
            case "count" when call.Star && call.Arguments.Count == 0:
                return new SqlAggregate("count", null, call.Filter, false, call.Position);
            case "count"
            or "sum"
            or "avg"
            or "mean"
            or "bool_or"
            or "var_samp"
            or "variance"
            or "var_pop"
            or "stddev"
            or "stddev_samp"
            or "stddev_pop" when call.Arguments.Count == 1:
                if (call.Distinct && call.Name != "count")
                {
                    throw new SqlException(
                        call.Position,
                        $"{call.Name}(DISTINCT …) is not supported: {call.Name} of all values is"
                    );
                }

                return new SqlAggregate(
                    call.Name == "mean" ? "avg" : call.Name,
                    call.Arguments[0],
                    call.Filter,
                    call.Distinct,
                    call.Position
                );
            case "count_if" or "countif" when call.Arguments.Count == 1:
                // NULL where the condition is known of no row, as a sum is
                SqlNode condition = call.Arguments[0];
                SqlNode Number(decimal value) => new LiteralNode(call.Position, SqlValue.Of(value));
                var told = new CaseNode(
                    call.Position,
                    [(condition, Number(1)), (new CallNode(call.Position, "not", [condition]), Number(0))],
                    null
                );
                return new SqlAggregate("sum", told, call.Filter, false, call.Position);
            default:
                return null;
        }
    }

    /// <summary>The aggregates within an expression.</summary>
    public static IEnumerable<CallNode> Within(SqlNode node) =>
        Of(node) is not null
            ? [(CallNode)node]
            : node switch
            {
                CallNode call => call.Arguments.SelectMany(Within),
                CaseNode choice => choice
                    .Branches.SelectMany(b => Within(b.When).Concat(Within(b.Then)))
                    .Concat(choice.Else is null ? [] : Within(choice.Else)),
                _ => [],
            };
}
