using Superpower;
using Superpower.Model;

namespace ZkHealth.Statistics;

/// <summary>Reads SQL: the part of DuckDB's dialect that docs/sql.md lists.</summary>
internal static partial class SqlParser
{
    private const int MaxLength = 1 << 16,
        MaxNesting = 48;

    private static TextParser<SqlNode> Expression => Superpower.Parse.Ref(() => Disjunction!);

    private static TextParser<SqlQuery> Select => Superpower.Parse.Ref(() => SelectQuery!);

    private static TextParser<SqlWord> Comma => SqlWords.Sign(",");

    private static readonly TextParser<string?> Alias = SqlWords
        .Keyword("as")
        .IgnoreThen(SqlWords.Word("a name", w => w.Kind is SqlWordKind.Name or SqlWordKind.QuotedName))
        .Or(SqlWords.Name("a name"))
        .Select(w => (string?)w.Value)
        .OptionalOrDefault();

    private static readonly TextParser<SqlItem> Item = input =>
    {
        Result<SqlNode> value = Expression(input);
        if (!value.HasValue)
        {
            return Result.CastEmpty<SqlNode, SqlItem>(value);
        }

        int start = SqlWords.Skip(input).Position.Absolute;
        string text = input.Source![start..value.Remainder.Position.Absolute].Trim();
        Result<string?> alias = Alias(value.Remainder);
        return alias.HasValue
            ? Result.Value(new SqlItem(value.Value, alias.Value, text), input, alias.Remainder)
            : Result.CastEmpty<string?, SqlItem>(alias);
    };

    private static readonly TextParser<SqlSource> Source = (
        from open in SqlWords.Sign("(")
        from query in Select
        from close in SqlWords.Sign(")")
        from alias in Alias
        select new SqlSource(open.Position, null, query, alias ?? "")
    ).Or(
        from name in SqlWords.Name("a table").Or(SqlWords.Text("a table"))
        from alias in Alias
        select new SqlSource(name.Position, name.Value, null, alias ?? TableName(name)) { IsFile = name.Kind == SqlWordKind.Text }
    );

    private static readonly TextParser<SqlJoin> Join =
        from left in SqlWords
            .Keyword("left")
            .IgnoreThen(SqlWords.Keyword("outer").OptionalOrDefault())
            .Value(true)
            .Or(SqlWords.Keyword("inner").Value(false))
            .OptionalOrDefault()
        from word in SqlWords.Keyword("join")
        from source in Source
        from condition in SqlWords
            .Keyword("on")
            .IgnoreThen(Expression)
            .Select(x => (On: (SqlNode?)x, Using: Array.Empty<SqlWord>()))
            .Or(
                SqlWords
                    .Keyword("using")
                    .IgnoreThen(SqlWords.Sign("("))
                    .IgnoreThen(SqlWords.Name("a column").AtLeastOnceDelimitedBy(Comma))
                    .Then(names => SqlWords.Sign(")").Value((On: (SqlNode?)null, Using: names)))
            )
        select new SqlJoin(left, source, condition.On, condition.Using);

    /// <summary>Makes a term of ORDER BY of an expression.</summary>
    private static readonly TextParser<Func<SqlNode, SqlOrder>> Direction =
        from falls in SqlWords.Keyword("desc").Value(true).Or(SqlWords.Keyword("asc").Value(false)).OptionalOrDefault()
        from first in SqlWords
            .Keyword("nulls")
            .IgnoreThen(
                SqlWords.Word("FIRST", w => w.Is("first")).Value(true).Or(SqlWords.Word("LAST", w => w.Is("last")).Value(false))
            )
            .OptionalOrDefault()
        select (Func<SqlNode, SqlOrder>)(value => new SqlOrder(value, falls, first));

    private static readonly TextParser<SqlOrder> Order =
        from value in Expression
        from direction in Direction
        select direction(value);

    private static readonly TextParser<(string Name, SqlQuery Query)> Named =
        from name in SqlWords.Name("a name")
        from word in SqlWords.Keyword("as")
        from open in SqlWords.Sign("(")
        from query in Select
        from close in SqlWords.Sign(")")
        select (name.Value, query);

    private static readonly TextParser<SqlQuery> SelectQuery =
        from with in SqlWords.Keyword("with").IgnoreThen(Named.AtLeastOnceDelimitedBy(Comma)).OptionalOrDefault([])
        from start in SqlWords.Keyword("select")
        from distinct in SqlWords.Keyword("distinct").Select(w => (SqlWord?)w).OptionalOrDefault()
        from star in SqlWords.Sign("*").Select(w => (SqlWord?)w).OptionalOrDefault()
        from items in star is null ? Item.AtLeastOnceDelimitedBy(Comma) : throw ShowsRows(start.Position)
        from word in SqlWords.Keyword("from")
        from source in Source
        from joins in Join.Many()
        from condition in SqlWords.Keyword("where").IgnoreThen(Expression).Select(x => (SqlNode?)x).OptionalOrDefault()
        from groups in Phrase("group")
            .IgnoreThen(
                SqlWords
                    .Keyword("all")
                    .Value((All: true, By: Array.Empty<SqlNode>()))
                    .Or(Expression.AtLeastOnceDelimitedBy(Comma).Select(terms => (All: false, By: terms)))
            )
            .OptionalOrDefault((false, []))
        from having in SqlWords.Keyword("having").IgnoreThen(Expression).Select(x => (SqlNode?)x).OptionalOrDefault()
        from orders in Phrase("order").IgnoreThen(AllOf(items).Or(Order.AtLeastOnceDelimitedBy(Comma))).OptionalOrDefault([])
        select Replace(
            new SqlQuery(start.Position, Undistinct(distinct, items), source, joins)
            {
                Where = condition,
                GroupBy = groups.By,
                GroupByAll = groups.All,
                Having = having,
                OrderBy = orders,
            },
            with
        );

    /// <summary>ORDER BY ALL: by everything selected, from left to right.</summary>
    private static TextParser<SqlOrder[]> AllOf(IReadOnlyList<SqlItem> items) =>
        from all in SqlWords.Keyword("all")
        from direction in Direction
        select items.Select((_, i) => direction(new LiteralNode(all.Position, SqlValue.Of(i + 1m)))).ToArray();

    /// <summary>Reads one query.</summary>
    /// <exception cref="SqlException">It is none of the supported ones; the message says where, and what is
    /// supported.</exception>
    public static SqlQuery Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new SqlException(
                MaxLength,
                $"longer than {MaxLength} characters; a list may stand in a file: IN (SELECT code FROM 'codes.csv')"
            );
        }

        CheckNesting(text);
        Result<SqlQuery> parsed = Select(new TextSpan(text));
        TextSpan rest = parsed.HasValue ? SqlWords.Skip(parsed.Remainder) : default;
        if (parsed.HasValue && !rest.IsAtEnd && SqlWords.Sign(";")(rest) is { HasValue: true } end)
        {
            rest = SqlWords.Skip(end.Remainder);
        }

        if (parsed.HasValue && rest.IsAtEnd)
        {
            return parsed.Value;
        }

        if (parsed.HasValue)
        {
            throw Fault(rest, ["the end of the query"]);
        }

        throw Fault(SqlWords.Skip(parsed.Remainder), parsed.Expectations ?? []);
    }

    private static IReadOnlyList<SqlItem> Undistinct(SqlWord? distinct, IReadOnlyList<SqlItem> items)
    {
        if (distinct is SqlWord word)
        {
            throw new SqlException(word.Position, "SELECT DISTINCT is not supported: use GROUP BY and count(*)");
        }

        return items;
    }

    private static SqlException ShowsRows(int position) =>
        new(position, "SELECT * would show rows of people: ask for groups, SELECT sex, count(*) FROM … GROUP BY sex");

    private static TextParser<SqlWord> Phrase(string word) => SqlWords.Keyword(word).IgnoreThen(SqlWords.Keyword("by"));

    /// <summary>A table's name; of a file its name without folder and ending.</summary>
    public static string TableName(SqlSource source) =>
        source.IsFile ? Path.GetFileNameWithoutExtension(source.Table!) : source.Table!;

    private static string TableName(SqlWord word) =>
        word.Kind == SqlWordKind.Text ? Path.GetFileNameWithoutExtension(word.Value) : word.Value;

    /// <summary>Puts the queries of WITH in the place of their names, and measures the whole.</summary>
    private static SqlQuery Replace(SqlQuery query, (string Name, SqlQuery Query)[] named)
    {
        static bool Is(string name, SqlSource source) => name.Equals(source.Table, StringComparison.OrdinalIgnoreCase);
        SqlSource In(SqlSource source)
        {
            for (int i = named.Length - 1; source.Table is not null && i >= 0; i--)
            {
                if (Is(named[i].Name, source))
                {
                    return source with { Table = null, Query = named[i].Query };
                }
            }

            return source;
        }

        foreach (
            SqlSource source in named
                .SelectMany((n, i) => SqlText.Tables(n.Query).Where(s => named.Take(i).Any(earlier => Is(earlier.Name, s))))
                .Concat(SqlText.Tables(query).Except(query.Sources).Where(s => named.Any(n => Is(n.Name, s))))
        )
        {
            throw new SqlException(
                source.Position,
                $"'{source.Table}' of WITH stands in FROM and JOIN of the query alone: here, write the query in the place of its name"
            );
        }

        SqlQuery whole = query with
        {
            From = In(query.From),
            Joins = [.. query.Joins.Select(j => j with { Source = In(j.Source) })],
        };
        IEnumerable<SqlExtent> sources = whole.Sources.Select(s => s.Query).OfType<SqlQuery>().Select(q => q.Extent);
        return whole with { Extent = SqlExtent.Of(query.Position, [.. whole.Nodes.Select(n => n.Extent), .. sources]) };
    }

    /// <summary>Parentheses, nots and cases are nested calls of the parser: too many of them would fill the stack.</summary>
    private static void CheckNesting(string text)
    {
        int depth = 0;
        var rest = new TextSpan(text);
        for (Result<SqlWord> word = SqlWords.Read(rest); word.HasValue; word = SqlWords.Read(rest))
        {
            SqlWord w = word.Value;
            depth +=
                w.IsSign("(") || w.Is("not") || w.Is("case") ? 1
                : w.IsSign(")") || w.Is("end") || w.Is("in") || w.Is("like") || w.Is("null") ? -1
                : 0;
            depth = Math.Max(depth, 0);
            if (depth > MaxNesting)
            {
                throw new SqlException(w.Position, "too many parentheses, CASEs and NOTs within each other");
            }

            rest = word.Remainder;
        }
    }
}
