using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Tests;

/// <summary>The public types of all packages.</summary>
public class PublicTypeTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>
    /// The bounds of an interval were a value tuple, which serialises as {} and whose names no caller outside C# sees: first of
    /// statistics, then of budgets, sessions, rounds and batches of proofs.
    /// </summary>
    [Theory]
    [InlineData(typeof(TableOpening))]
    [InlineData(typeof(CsvImporter))]
    [InlineData(typeof(SqliteLedger))]
    [InlineData(typeof(AggregationSession))]
    [InlineData(typeof(Budget))]
    public void No_package_has_value_tuples_in_public(Type one)
    {
        Type[] types = one.Assembly.GetExportedTypes();
        Assert.Contains(one, types);
        Assert.Empty(
            types
                .SelectMany(type => type.GetMembers(Declared))
                .Where(IsPublic)
                .Where(member => TypesOf(member).Any(HasTuple))
                .Select(member => $"{member.DeclaringType}.{member.Name}")
        );
        Assert.Empty(
            types
                .Where(type => type.GetInterfaces().Append(type.BaseType ?? typeof(object)).Any(HasTuple))
                .Select(type => type.FullName)
        );
    }

    /// <summary>
    /// Public is what a hospital, a ledger application or a researcher calls. The four packages once had 2,256 lines of public
    /// interface, most of them wire messages, record boilerplate and building blocks of proofs (review, 3.3).
    /// </summary>
    [Fact]
    public void The_public_interface_stays_small()
    {
        string[] packages = ["ZkHealth", "ZkHealth.Aggregation", "ZkHealth.Ledger", "ZkHealth.Data"];
        int lines = packages.Sum(package =>
            File.ReadLines(Path.Combine(Run.Root, "src", package, "PublicAPI.Unshipped.txt"))
                .Count(line => line.Length > 0 && line[0] != '#')
        );
        Assert.InRange(lines, 1, 999);
    }

    /// <summary>
    /// Records compare the arrays and lists in them by reference: of messages on the wire nobody used that, and it would have
    /// been wrong (code.md, 3.3). Records are what is compared or copied with a change; a message that is one needs a reason
    /// here.
    /// </summary>
    [Fact]
    public void Only_what_is_compared_or_changed_is_a_record()
    {
        // terms are changed by `with`; questions of rounds are compared
        string[] known = ["AccountAsked", "AggregationTerms", "ColumnSchema", "PrivacyLoss", "Statistic", "StatisticContext"];
        Type[] types =
        [
            .. new[]
            {
                typeof(TableOpening),
                typeof(CsvImporter),
                typeof(SqliteLedger),
                typeof(AggregationSession),
                typeof(Budget),
            }
                .SelectMany(one => one.Assembly.GetTypes())
                .Where(type => type.IsVisible || type.Assembly == typeof(AggregationSession).Assembly)
                .Where(type => type.IsVisible || type.GetMember("TryDecode", Declared).Length > 0)
                .Where(type => type.GetMember("PrintMembers", Declared).Length > 0),
        ];
        Assert.Equal(known, types.Select(type => type.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// Plain words of a public name, beside those of the glossary: they mean here what they mean to any programmer, or to any
    /// statistician.
    /// </summary>
    private const string PlainWords =
        "account aggregate answer append audit auditor body bound category compressed confidence contribution csv date deal draft "
        + "earlier evaluated evaluation exception fault file folder fraction health id import imported importer interval kind "
        + "learning limit log memory merkle noisy opened option outcome owned patient pem point policy privacy progress proven "
        + "published quantised query question reason registered related released report request result rounding rule runtime "
        + "sealed secret signing sql sqlite state statistic status step store sum synthetic unit unknown value verification "
        + "verifier verifying view zk";

    /// <summary>
    /// A public type stands in the glossary, or each word of its name is a word of the glossary or one of the plain words
    /// (issue 15, 2): so no name asks for a word that is explained nowhere.
    /// </summary>
    [Fact]
    public void Public_types_are_in_the_glossary_or_explain_themselves()
    {
        string glossary = File.ReadAllText(Path.Combine(Run.Root, "docs", "glossary.md"));
        HashSet<string> types = [.. Regex.Matches(glossary, @"`(\w+)`").Select(m => m.Groups[1].Value)];
        HashSet<string> words =
        [
            .. PlainWords.Split(' '),
            .. Regex
                .Matches(glossary, @"^\| ([^|]+) \|", RegexOptions.Multiline)
                .SelectMany(m => Regex.Matches(m.Groups[1].Value, @"\w+"))
                .Select(m => Singular(m.Value)),
        ];
        Type[] all =
        [
            .. new[] { typeof(TableOpening), typeof(CsvImporter), typeof(SqliteLedger), typeof(AggregationSession) }.SelectMany(
                t => t.Assembly.GetExportedTypes()
            ),
        ];
        Assert.True(all.Length > 100);
        Assert.Empty(
            all.Select(t => t.Name.Split('`')[0])
                .Where(name => !types.Contains(name))
                .SelectMany(name =>
                    Regex
                        .Matches(Regex.Replace(name, "^I(?=[A-Z])", ""), "[A-Z][a-z]+|[A-Z]+(?![a-z])")
                        .Select(m => Singular(m.Value))
                        .Where(word => !words.Contains(word))
                        .Select(word => $"{name}: {word}")
                )
        );

        // and the glossary speaks of no type that is gone
        string[] known =
        [
            .. all.Append(typeof(Budget)).Select(t => t.Assembly).Distinct().SelectMany(a => a.GetTypes()).Select(t => t.Name),
        ];
        Assert.DoesNotContain(types, t => !known.Contains(t));
    }

    private static string Singular(string word) =>
        word.ToLowerInvariant() is var lower
        && lower.EndsWith('s')
        && !lower.EndsWith("ss", StringComparison.Ordinal)
        && lower != "status"
        && lower != "axis"
            ? lower[..^1]
            : lower;

    [Fact]
    public void A_value_tuple_is_found_wherever_it_hides()
    {
        Assert.True(HasTuple(typeof((int, int))));
        Assert.True(HasTuple(typeof(IReadOnlyList<(int, int)?>)));
        Assert.True(HasTuple(typeof(Func<(int, int)[]>)));
        Assert.False(HasTuple(typeof(IReadOnlyList<Tuple<int>>)));
    }

    private static bool HasTuple(Type type) =>
        type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal)
        || (type.HasElementType && HasTuple(type.GetElementType()!))
        || type.GetGenericArguments().Where(t => t != type).Any(HasTuple);

    /// <summary>What derived types see counts as public.</summary>
    private static bool IsPublic(MemberInfo member) =>
        member switch
        {
            MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
            PropertyInfo property => property.GetAccessors(true).Any(IsPublic),
            FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
            EventInfo => true,
            _ => false,
        };

    private static IEnumerable<Type> TypesOf(MemberInfo member) =>
        member switch
        {
            MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(p => p.ParameterType)],
            ConstructorInfo constructor => constructor.GetParameters().Select(p => p.ParameterType),
            PropertyInfo property => [property.PropertyType],
            FieldInfo field => [field.FieldType],
            EventInfo happening => [happening.EventHandlerType!],
            _ => [],
        };
}
