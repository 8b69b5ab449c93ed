using System.Reflection;
using Xunit;
using Xunit.Sdk;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>The table of refusals and denials, held to what the tests of this folder meet.</summary>
public sealed class RefusalTableTests
{
    /// <summary>Eighty-nine of the codes were met by no test, and nobody saw it: this plays the tests once more until every code
    /// of every kind was given, and names those that none of them gives.</summary>
    [Fact]
    public void Every_code_of_the_table_is_given_in_a_test()
    {
        var missing = ActHelp
            .All.SelectMany(h => h.Value.Refusals.Concat(h.Value.Denials).Select(code => $"{h.Key}: {code}"))
            .ToHashSet(StringComparer.Ordinal);
        Region.Observer.Value = (_, act, outcome) => missing.ExceptWith(outcome.Codes.Select(code => $"{act.Kind}: {code}"));
        try
        {
            foreach ((MethodInfo test, object?[] arguments) in Tests().TakeWhile(_ => missing.Count > 0))
            {
                object instance = Activator.CreateInstance(test.DeclaringType!)!;
                using var disposed = instance as IDisposable;
                test.Invoke(instance, arguments);
            }
        }
        finally
        {
            Region.Observer.Value = null;
        }

        Assert.True(missing.Count == 0, "given by no test: " + string.Join(", ", missing.Order(StringComparer.Ordinal)));
    }

    /// <summary>Tries an entry on a state where no region is, as <see cref="Region.Do"/> does on one.</summary>
    internal static Outcome Try(ContractState state, Act act, long time)
    {
        Outcome outcome = state.Check(act, time);
        Region.Observer.Value?.Invoke(null, act, outcome);
        return outcome;
    }

    /// <summary>The facts and theories of this folder, those on ledgers late, and those that play every story last: all codes
    /// were given before them; properties try at random, and count for nothing.</summary>
    internal static IEnumerable<(MethodInfo Test, object?[] Arguments)> Tests() =>
        from type in typeof(RefusalTableTests).Assembly.GetTypes()
        where
            type.Namespace == typeof(RefusalTableTests).Namespace
            && type != typeof(RefusalTableTests)
            && type != typeof(SecondImplementationTests)
        orderby type == typeof(StoryTests) || type == typeof(HistoryTests), type.IsSubclassOf(
            typeof(TemporaryFolder)
        ), !type.Name.Contains("Refusal", StringComparison.Ordinal), type.Name
        from test in type.GetMethods()
        where test.GetCustomAttribute<FactAttribute>()?.GetType().Assembly == typeof(FactAttribute).Assembly
        where test.ReturnType == typeof(void)
        from arguments in Arguments(test)
        select (test, arguments);

    private static IEnumerable<object?[]> Arguments(MethodInfo test) =>
        test.GetParameters().Length == 0
            ?
            [
                [],
            ]
            : test.GetCustomAttributes<DataAttribute>().SelectMany(d => d.GetData(test)).Select(a => a.ToArray<object?>());
}
