using Superpower;
using Superpower.Model;

namespace ZkHealth.Statistics;

/// <summary>Expressions, from what binds most to what binds least.</summary>
internal static partial class SqlParser
{
    private const int MaxTerms = 256,
        MaxTails = 48;

    private delegate SqlNode Tail(SqlNode left);

    private static readonly TextParser<SqlNode> Literal = SqlWords
        .Word("a number", w => w.Kind == SqlWordKind.Number)
        .Select(w => (SqlNode)new LiteralNode(w.Position, Number(w)))
        .Or(SqlWords.Text("a text").Select(w => (SqlNode)new LiteralNode(w.Position, SqlValue.Of(w.Value))))
        .Or(SqlWords.Keyword("null").Select(w => (SqlNode)new LiteralNode(w.Position, SqlValue.Null)))
        .Or(SqlWords.Keyword("true").Select(w => (SqlNode)new LiteralNode(w.Position, SqlValue.True)))
        .Or(SqlWords.Keyword("false").Select(w => (SqlNode)new LiteralNode(w.Position, SqlValue.False)));

    /// <summary>DATE '2026-05-01'.</summary>
    private static readonly TextParser<SqlNode> Date = (
        from date in SqlWords.Keyword("date")
        from text in SqlWords.Text("a date such as '2026-05-01'")
        select (SqlNode)new LiteralNode(date.Position, Day(text))
    ).Try();

    /// <summary>INTERVAL 30 DAY, INTERVAL '1 year'.</summary>
    private static readonly TextParser<SqlNode> Interval = (
        from word in SqlWords.Keyword("interval")
        from number in SqlWords.Word("a number", w => w.Kind is SqlWordKind.Number or SqlWordKind.Text)
        from unit in SqlWords.Word("a unit", w => IsUnit(w.Text)).Select(w => w.Text).OptionalOrDefault("")
        select (SqlNode)new LiteralNode(word.Position, IntervalOf(number, unit))
    ).Try();

    private static readonly TextParser<SqlNode> Case =
        from word in SqlWords.Keyword("case")
        from operand in Superpower.Parse.Ref(() => Expression).Select(x => (SqlNode?)x).OptionalOrDefault()
        from branches in (
            from when in SqlWords.Keyword("when")
            from condition in Expression
            from then in SqlWords.Keyword("then")
            from value in Expression
            select (When: operand is null ? condition : new CallNode(condition.Position, "=", [operand, condition]), Then: value)
        ).AtLeastOnce()
        from otherwise in SqlWords.Keyword("else").IgnoreThen(Expression).Select(x => (SqlNode?)x).OptionalOrDefault()
        from end in SqlWords.Keyword("end")
        select (SqlNode)new CaseNode(word.Position, branches, otherwise);

    private static readonly TextParser<SqlNode> Cast =
        from word in SqlWords.Keyword("cast").Or(SqlWords.Keyword("try_cast"))
        from open in SqlWords.Sign("(")
        from value in Expression
        from to in SqlWords.Keyword("as")
        from type in TypeName()
        from close in SqlWords.Sign(")")
        select word.Is("cast")
            ? (SqlNode)new CallNode(word.Position, "cast " + type, [value])
            : throw new SqlException(
                word.Position,
                "TRY_CAST is not supported, which makes NULL of what cannot be cast: CAST what can be, CASE WHEN … THEN CAST(…) END"
            );

    /// <summary>extract(year FROM date).</summary>
    private static readonly TextParser<SqlNode> Extract = (
        from word in SqlWords.Keyword("extract")
        from open in SqlWords.Sign("(")
        from part in SqlWords.Name("a part of a date").Or(SqlWords.Text("a part of a date"))
        from keyword in SqlWords.Keyword("from")
        from value in Expression
        from close in SqlWords.Sign(")")
        select (SqlNode)new CallNode(word.Position, "date_part", [new LiteralNode(part.Position, SqlValue.Of(part.Value)), value])
    ).Try();

    private static readonly TextParser<SqlNode> Exists =
        from word in SqlWords.Keyword("exists")
        from open in SqlWords.Sign("(")
        from query in Select
        from close in SqlWords.Sign(")")
        select (SqlNode)new ExistsNode(word.Position, query);

    /// <summary>A column, or the call of a function.</summary>
    private static readonly TextParser<SqlNode> Named_ =
        from name in SqlWords.Name("a column").Or(SqlWords.Word("a function", w => w.Is("left") || w.Is("right")))
        from rest in SqlWords
            .Sign("(")
            .IgnoreThen(Arguments(name))
            .Or(
                SqlWords
                    .Sign(".")
                    .IgnoreThen(SqlWords.Word("a column", w => w.Kind is SqlWordKind.Name or SqlWordKind.QuotedName))
                    .Select(column => (SqlNode)new NameNode(name.Position, name.Value, column.Value))
            )
            .OptionalOrDefault(new NameNode(name.Position, null, name.Value) { IsQuoted = name.Kind == SqlWordKind.QuotedName })
        select rest;

    private static readonly TextParser<SqlNode> Parenthesis =
        from open in SqlWords.Sign("(")
        from inner in Select.Select(q => (SqlNode)new QueryNode(open.Position, q)).Or(Expression)
        from close in SqlWords.Sign(")")
        select inner;

    private static readonly TextParser<SqlNode> Primary =
        from value in Literal.Or(Date).Or(Interval).Or(Case).Or(Cast).Or(Extract).Or(Exists).Or(Parenthesis).Or(Named_)
        from types in SqlWords.Sign("::").IgnoreThen(TypeName()).Many()
        select types.Length <= MaxTails
            ? types.Aggregate(value, (inner, type) => new CallNode(inner.Position, "cast " + type, [inner]))
            : throw new SqlException(value.Position, $"more than {MaxTails} casts of one value");

    private static readonly TextParser<SqlNode> Signed = (
        from minus in SqlWords.Sign("-").Or(SqlWords.Sign("+"))
        from value in Primary
        select minus.Text == "+" ? value : new CallNode(minus.Position, "negative", [value])
    ).Or(Primary);

    private static readonly TextParser<SqlNode> Product = Chain(Signed, "*", "//", "/", "%");
    private static readonly TextParser<SqlNode> Sum = Chain(Product, "+", "-");
    private static readonly TextParser<SqlNode> Concatenation = Chain(Sum, "||");

    /// <summary>IN, BETWEEN and LIKE bind more than comparisons: a = b IN (…) compares a with what IN says of b.</summary>
    private static readonly TextParser<SqlNode> Tested = Tailed(Concatenation, Negatable());

    private static readonly TextParser<SqlNode> Comparison =
        from value in Tailed(Tested, IsTest())
        from tail in Compared().Then(Once).OptionalOrDefault(left => left)
        from tests in IsTest().Many()
        select tests.Length <= MaxTails ? tests.Aggregate(tail(value), (left, next) => next(left)) : throw TooLong(value);

    private static readonly TextParser<SqlNode> Negation = (
        from not in SqlWords.Keyword("not")
        from inner in Superpower.Parse.Ref(() => Negation!)
        select (SqlNode)new CallNode(not.Position, "not", [inner])
    ).Or(Comparison);

    private static readonly TextParser<SqlNode> Conjunction = Negation
        .AtLeastOnceDelimitedBy(SqlWords.Keyword("and"))
        .Select(terms => Joined("and", terms));

    private static readonly TextParser<SqlNode> Disjunction = Conjunction
        .AtLeastOnceDelimitedBy(SqlWords.Keyword("or"))
        .Select(terms => Joined("or", terms));

    private static SqlNode Joined(string name, SqlNode[] terms) =>
        terms.Length == 1 ? terms[0] : new CallNode(terms[0].Position, name, terms);

    private static TextParser<SqlNode> Tailed(TextParser<SqlNode> operand, TextParser<Tail> tail) =>
        from left in operand
        from tails in tail.Many()
        select tails.Length <= MaxTails ? tails.Aggregate(left, (value, next) => next(value)) : throw TooLong(left);

    private static SqlException TooLong(SqlNode left) =>
        new(left.Position, $"more than {MaxTails} comparisons in a chain: join them by AND");

    /// <summary>A comparison that no other one follows: a = b = c is none of SQL.</summary>
    private static TextParser<Tail> Once(Tail tail) =>
        input =>
        {
            if (Compared()(input) is { HasValue: true })
            {
                throw new SqlException(
                    SqlWords.Skip(input).Position.Absolute + 1,
                    "comparisons stand in no chain: join them by AND, or put one into parentheses"
                );
            }

            return Result.Value(tail, input, input);
        };

    private static TextParser<SqlNode> Chain(TextParser<SqlNode> operand, params string[] signs) =>
        from first in operand
        from rest in (
            from sign in SqlWords.Word($"`{signs[0]}`", w => w.Kind == SqlWordKind.Sign && signs.Contains(w.Text))
            from value in operand
            select (Sign: sign, Value: value)
        ).Many()
        select rest.Length <= MaxTerms
            ? rest.Aggregate(first, (left, next) => new CallNode(next.Sign.Position, next.Sign.Text, [left, next.Value]))
            : throw new SqlException(rest[MaxTerms].Sign.Position, $"more than {MaxTerms} terms");

    private static TextParser<Tail> Compared() =>
        from op in SqlWords.Word(
            "a comparison",
            w => w.Kind == SqlWordKind.Sign && w.Text is "=" or "==" or "<>" or "!=" or "<" or "<=" or ">" or ">="
        )
        from right in Tested
        select (Tail)(
            left => new CallNode(
                op.Position,
                op.Text switch
                {
                    "==" => "=",
                    "!=" => "<>",
                    _ => op.Text,
                },
                [left, right]
            )
        );

    /// <summary>The words that may stand behind NOT: IN, BETWEEN, LIKE, ILIKE.</summary>
    private static TextParser<Tail> Negatable() =>
        from not in SqlWords.Keyword("not").Select(w => (SqlWord?)w).OptionalOrDefault()
        from tail in Between().Or(In()).Or(Like())
        select not is SqlWord word ? left => new CallNode(word.Position, "not", [tail(left)]) : tail;

    private static TextParser<Tail> Between() =>
        from word in SqlWords.Keyword("between")
        from low in Concatenation
        from and in SqlWords.Keyword("and")
        from high in Concatenation
        select (Tail)(
            left => new CallNode(
                word.Position,
                "and",
                [new CallNode(word.Position, ">=", [left, low]), new CallNode(word.Position, "<=", [left, high])]
            )
        );

    private static TextParser<Tail> In() =>
        from word in SqlWords.Keyword("in")
        from open in SqlWords.Sign("(")
        from tail in Select
            .Select(query => (Tail)(left => InQuery(word.Position, left, query)))
            .Or(
                Expression
                    .AtLeastOnceDelimitedBy(Comma)
                    .Select(values => (Tail)(left => new CallNode(word.Position, "in", [left, .. values])))
            )
        from close in SqlWords.Sign(")")
        select tail;

    private static SqlNode InQuery(int position, SqlNode left, SqlQuery query) =>
        query is { Where: null, Joins.Count: 0, GroupBy.Count: 0, Having: null, From: { Table: not null, IsFile: true } }
        && query.Items is [{ Value: NameNode column }]
            ? new InFileNode(position, left, column.Name, query.From.Table)
            : new InQueryNode(position, left, query);

    private static TextParser<Tail> Like() =>
        from word in SqlWords.Keyword("like").Or(SqlWords.Keyword("ilike"))
        from pattern in SqlWords.Text("a pattern such as 'E11%'")
        from escape in SqlWords
            .Keyword("escape")
            .IgnoreThen(SqlWords.Text("a character"))
            .Select(w => w.Value)
            .OptionalOrDefault("")
        select (Tail)(
            left => new CallNode(
                word.Position,
                word.Text.ToLowerInvariant(),
                [
                    left,
                    new LiteralNode(pattern.Position, SqlValue.Of(pattern.Value)),
                    new LiteralNode(pattern.Position, SqlValue.Of(escape)),
                ]
            )
        );

    private static TextParser<Tail> IsTest() =>
        from word in SqlWords.Keyword("is")
        from not in SqlWords.Keyword("not").Select(w => (SqlWord?)w).OptionalOrDefault()
        from test in Test()
        select not is null ? test : left => new CallNode(word.Position, "not", [test(left)]);

    private static TextParser<Tail> Test() =>
        SqlWords
            .Keyword("null")
            .Select(w => (Tail)(left => new CallNode(w.Position, "is null", [left])))
            .Or(SqlWords.Keyword("true").Select(w => (Tail)(left => new CallNode(w.Position, "is true", [left]))))
            .Or(SqlWords.Keyword("false").Select(w => (Tail)(left => new CallNode(w.Position, "is false", [left]))))
            .Or(
                from word in SqlWords.Keyword("distinct")
                from keyword in SqlWords.Keyword("from")
                from right in Concatenation
                select (Tail)(left => new CallNode(word.Position, "is distinct", [left, right]))
            );

    private static TextParser<SqlNode> Arguments(SqlWord name) =>
        from distinct in SqlWords.Keyword("distinct").Select(_ => true).OptionalOrDefault()
        from star in SqlWords.Sign("*").Select(_ => true).OptionalOrDefault()
        from values in Expression.AtLeastOnceDelimitedBy(Comma).OptionalOrDefault([])
        from close in SqlWords.Sign(")")
        from filter in (
            from word in SqlWords.Keyword("filter")
            from open in SqlWords.Sign("(")
            from keyword in SqlWords.Keyword("where")
            from condition in Expression
            from end in SqlWords.Sign(")")
            select (SqlNode?)condition
        ).OptionalOrDefault()
        select (SqlNode)
            new CallNode(name.Position, name.Value.ToLowerInvariant(), values)
            {
                Distinct = distinct,
                Star = star || (name.Is("count") && values.Length == 0),
                Filter = filter,
            };
}
