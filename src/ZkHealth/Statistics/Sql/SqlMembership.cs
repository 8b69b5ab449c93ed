namespace ZkHealth.Statistics;

/// <summary>
/// Finds where <c>key IN (SELECT key FROM …)</c> may stand. In SQL it is TRUE or FALSE, but NULL in the place of FALSE as soon as
/// the query gives one NULL, which depends on the rows and not on the query. It is accepted where both are the same: where rows
/// pass if a condition is true, and under AND, OR and CASE there; under NOT, or as a value, they are not.
/// </summary>
internal static class SqlMembership
{
    /// <summary>Refuses a query, and those within it, in which NULL in the place of FALSE would be another answer.</summary>
    /// <exception cref="SqlException">There is such a place.</exception>
    public static void Validate(SqlQuery query)
    {
        foreach (SqlItem item in query.Items)
        {
            Validate(item.Value, false);
        }

        foreach (SqlNode node in query.GroupBy.Concat(query.OrderBy.Select(o => o.Value)))
        {
            Validate(node, false);
        }

        foreach (SqlNode condition in query.Joins.Select(j => j.On).Append(query.Where).Append(query.Having).OfType<SqlNode>())
        {
            Validate(condition, true);
        }

        foreach (SqlQuery source in query.Sources.Select(s => s.Query).OfType<SqlQuery>())
        {
            Validate(source);
        }
    }

    /// <param name="node">An expression.</param>
    /// <param name="isCondition">Tells whether it is all the same if it is NULL or FALSE.</param>
    private static void Validate(SqlNode? node, bool isCondition)
    {
        switch (node)
        {
            case InQueryNode within when !isCondition:
                throw new SqlException(
                    within.Position,
                    "IN (SELECT …) is NULL, not false, where the query gives a NULL, which is another answer under NOT or as a value: "
                        + "write NOT EXISTS or EXISTS (SELECT 1 FROM visits w WHERE w.person_id = p.person_id)"
                );
            case InQueryNode within:
                Validate(within.Query);
                break;
            case ExistsNode exists:
                Validate(exists.Query);
                break;
            case QueryNode value:
                Validate(value.Query);
                break;
            case CaseNode choice:
                foreach ((SqlNode when, SqlNode then) in choice.Branches)
                {
                    Validate(when, true);
                    Validate(then, isCondition);
                }

                Validate(choice.Else, isCondition);
                break;
            case InFileNode list:
                Validate(list.Value, false);
                break;
            case CallNode call:
                foreach ((int i, SqlNode argument) in call.Arguments.Index())
                {
                    Validate(argument, IsCondition(call.Name, i, isCondition));
                }

                Validate(call.Filter, true);
                break;
        }
    }

    private static bool IsCondition(string function, int argument, bool isCondition) =>
        function switch
        {
            "and" or "or" => isCondition,
            "is true" or "count_if" or "countif" => true,
            "if" => argument == 0 || isCondition,
            _ => false,
        };
}
