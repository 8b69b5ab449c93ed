using System.Diagnostics;
using System.Reflection;
using System.Reflection.Emit;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Proofs;

namespace ZkHealth.Cli.Tests;

/// <summary>
/// The folders of a package stand in an order, and the compiled code of each refers to nothing below it, so that no cycle of
/// folders comes to be. Text of comments and names that only look alike do not count: references are those of signatures, fields,
/// locals and instructions.
/// </summary>
public sealed partial class FolderOrderTests
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes)
        .GetFields()
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(c => c.Value);

    [Theory]
    [InlineData(typeof(VerificationResult), "Fields Groups Transcripts Commitments Proofs Tables Statistics ProofFiles")]
    [InlineData(typeof(AggregationTerms), "Board Terms Messages Dealing Sessions Parties Learning")]
    [InlineData(typeof(SqliteLedger), "Keys Merkle Checkpoints Entries Log")]
    [InlineData(typeof(CommandLine), "Queries View Terminal Demo Commands")]
    [InlineData(
        typeof(LedgerReceipt),
        "State Cosigning Rules Entries Log Data Statistics Board Verification Witnesses Evidence Deliveries Reports Traces Stories"
    )]
    [InlineData(typeof(CsvImporter), "Schemas Synthetic Import Drafts Owner Boards Relations Cohorts")]
    public void Each_folder_uses_only_those_before_it(Type any, string folders)
    {
        Assembly assembly = any.Assembly;
        string[] order = folders.Split(' ');
        Dictionary<string, string> homes = Homes(assembly.GetName().Name!);
        Assert.Contains(any.Name, homes.Keys);
        var wrong = new SortedSet<string>(StringComparer.Ordinal);
        int references = 0;
        foreach (Type type in assembly.GetTypes())
        {
            if (!homes.TryGetValue(Outer(type).Name, out string? home) || home.Length == 0)
            {
                continue;
            }

            int rank = Array.IndexOf(order, home);
            if (rank < 0)
            {
                wrong.Add($"{home}: the folder has no place in the order");
            }

            foreach (Type used in References(type).Select(Outer).Where(u => u.Assembly == assembly))
            {
                references++;
                if (homes.TryGetValue(used.Name, out string? there) && Array.IndexOf(order, there) > rank)
                {
                    wrong.Add($"{home}/{Outer(type).Name} uses {there}/{used.Name}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(references > 1000, $"only {references} references were found");
    }

    /// <summary>
    /// A command that called another took its options, messages and exit codes with it, and what both needed had no place of its
    /// own: 58 calls from command to command (code.md, 3.2). A command may only be made part of another.
    /// </summary>
    [Fact]
    public void No_command_calls_another()
    {
        static bool IsCommand(Type type) =>
            type.Namespace?.StartsWith("ZkHealth.Cli.Commands", StringComparison.Ordinal) == true
            && (
                type.Name.EndsWith("Command", StringComparison.Ordinal)
                || type.Name.EndsWith("Commands", StringComparison.Ordinal)
            );
        Type[] commands = [.. typeof(CommandLine).Assembly.GetTypes().Where(t => IsCommand(Outer(t)))];
        string[] calls =
        [
            .. commands
                .SelectMany(t =>
                    Code(t).SelectMany(Named).OfType<MethodInfo>().Select(called => (Caller: Outer(t), Called: called))
                )
                .Where(c => c.Called.DeclaringType is Type there && IsCommand(Outer(there)) && Outer(there) != c.Caller)
                .Where(c => !c.Called.Name.StartsWith("Create", StringComparison.Ordinal))
                .Select(c => $"{c.Caller.Name} calls {Outer(c.Called.DeclaringType!).Name}.{c.Called.Name}")
                .Distinct(),
        ];
        Assert.Empty(calls);
        Assert.True(commands.Length > 20);
    }

    /// <summary>Rules are a function of the log alone: no code of theirs looks at a clock, a file or chance. The snapshot of a
    /// state is a file by purpose, which the log's own code writes and reads.</summary>
    [Fact]
    public void No_rule_looks_at_a_clock_a_file_or_chance()
    {
        Type[] outside =
        [
            typeof(TimeProvider),
            typeof(Stopwatch),
            typeof(File),
            typeof(FileInfo),
            typeof(FileStream),
            typeof(Directory),
            typeof(RandomAccess),
            typeof(Random),
            typeof(RandomNumberGenerator),
        ];
        MemberInfo[] members =
        [
            .. ((Type[])[typeof(DateTime), typeof(DateTimeOffset)]).SelectMany(t =>
                ((string[])["get_Now", "get_UtcNow", "get_Today"]).SelectMany(t.GetMember)
            ),
            .. typeof(Guid).GetMember(nameof(Guid.NewGuid)),
            // iterators ask for the thread, of which nothing follows
            .. typeof(Environment).GetMethods().Where(m => m.Name != $"get_{nameof(Environment.CurrentManagedThreadId)}"),
        ];
        Assert.True(members.Length > 6 + 20);
        Dictionary<string, string> homes = Homes("ZkHealth.Accountability");
        Type[] rules =
        [
            .. typeof(LedgerReceipt)
                .Assembly.GetTypes()
                .Where(t => homes.TryGetValue(Outer(t).Name, out string? home) && home is "State" or "Rules"),
        ];
        Assert.True(rules.Length > 100);
        IEnumerable<Type> looking = rules.Where(t => Code(t).SelectMany(Named).OfType<MethodBase>().Any(IsOutside));
        Assert.Equal(["FilePart", "StateSnapshot"], looking.Select(t => Outer(t).Name).Distinct().Order(StringComparer.Ordinal));

        bool IsOutside(MethodBase m) => outside.Contains(m.DeclaringType) || members.Contains(m);
    }

    /// <summary>The folder of each type of a project by its declaration; empty for files beside the folders, which may be used by
    /// all.</summary>
    private static Dictionary<string, string> Homes(string project)
    {
        string root = Path.Combine(Run.Root, "src", project);
        var homes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string[] path = Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar);
            if (path[0] is "bin" or "obj")
            {
                continue;
            }

            foreach (Match match in Declaration().Matches(File.ReadAllText(file)))
            {
                string name = match.Groups["generic"].Value is { Length: > 0 } generic
                    ? $"{match.Groups["name"].Value}`{generic.Count(c => c == ',') + 1}"
                    : match.Groups["name"].Value;
                homes[name] = path.Length == 1 ? "" : path[0];
            }
        }

        return homes;
    }

    private static Type Outer(Type type)
    {
        while (type.HasElementType)
        {
            type = type.GetElementType()!;
        }

        while (type.DeclaringType is Type declaring)
        {
            type = declaring;
        }

        return type;
    }

    private static IEnumerable<Type> References(Type type)
    {
        IEnumerable<Type?> named =
        [
            type.BaseType,
            .. type.GetInterfaces(),
            .. type.GetFields(All).Select(f => f.FieldType),
            .. type.GetMethods(All).SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType)),
            .. type.GetConstructors(All).SelectMany(c => c.GetParameters().Select(p => p.ParameterType)),
            .. Code(type).SelectMany(Used),
        ];
        return named.OfType<Type>().SelectMany(Parts);
    }

    /// <summary>A type and the arguments of a generic one.</summary>
    private static IEnumerable<Type> Parts(Type type) =>
        type.IsGenericParameter ? []
        : type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];

    private static IEnumerable<MethodBase> Code(Type type) => type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All));

    /// <summary>The types in the locals and instructions of a method.</summary>
    private static IEnumerable<Type?> Used(MethodBase method) =>
        [
            .. method.GetMethodBody()?.LocalVariables.Select(l => l.LocalType) ?? [],
            .. Named(method)
                .SelectMany(m =>
                    (IEnumerable<Type?>)
                        [
                            m as Type ?? m.DeclaringType,
                            .. m is MethodInfo { IsGenericMethod: true } g ? g.GetGenericArguments() : [],
                        ]
                ),
        ];

    /// <summary>The types, fields and methods that the instructions of a method name.</summary>
    private static IEnumerable<MemberInfo> Named(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not byte[] code)
        {
            yield break;
        }

        Type[]? ofType = method.DeclaringType is { IsGenericType: true } declaring ? declaring.GetGenericArguments() : null,
            ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (int at = 0; at < code.Length; )
        {
            OpCode op = code[at] == 0xfe ? Codes[(short)(0xfe00 | code[at + 1])] : Codes[code[at]];
            at += op.Size;
            if (
                op.OperandType
                is OperandType.InlineMethod
                    or OperandType.InlineField
                    or OperandType.InlineType
                    or OperandType.InlineTok
            )
            {
                yield return method.Module.ResolveMember(BitConverter.ToInt32(code, at), ofType, ofMethod)!;
            }

            at += op.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }

    [GeneratedRegex(
        @"^(?:public |internal |file )?(?:sealed |static |readonly |abstract |partial |ref |unsafe )*(?:record struct|record|class|struct|interface|enum|delegate [\w<>?\[\], ]+?) (?<name>\w+)(?:<(?<generic>[^>]*)>)?",
        RegexOptions.Multiline
    )]
    private static partial Regex Declaration();
}
