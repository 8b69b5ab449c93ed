using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Cbor;
using System.Reflection;
using System.Text.Json;
using Xunit;
using ZkHealth.Accountability.Reports;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>samples/audit.py held to the stories alone, in which nobody appeals, owes a fine or reports late: it judged logs
/// wrongly that are right. It has to agree on every region that the tests of money, conduct and votes play.</summary>
public sealed class SecondImplementationTests : TemporaryFolder
{
    private static readonly Type[] Played =
    [
        typeof(AgreementTests),
        typeof(BoundaryTests),
        typeof(BurdenTests),
        typeof(CompensationTests),
        typeof(ConsentTermTests),
        typeof(DeadlineTests),
        typeof(EscapeTests),
        typeof(FeeTests),
        typeof(GovernanceTests),
        typeof(HeldBackTests),
        typeof(KeptNumberTests),
        typeof(PatientTests),
        typeof(PenaltyTests),
        typeof(PlaceTests),
        typeof(ProposalTests),
        typeof(RailTests),
        typeof(RemedyTests),
        typeof(RequestTests),
        typeof(ValueTests),
        typeof(VoterTests),
    ];

    [Fact]
    public void The_second_implementation_agrees_on_the_regions_of_the_tests()
    {
        HashSet<Region> regions = [];
        Region.Observer.Value = (region, _, _) =>
        {
            if (region is not null)
            {
                regions.Add(region);
            }
        };
        try
        {
            foreach ((MethodInfo test, object?[] arguments) in RefusalTableTests.Tests())
            {
                if (Played.Contains(test.DeclaringType))
                {
                    test.Invoke(Activator.CreateInstance(test.DeclaringType!), arguments);
                }
            }
        }
        finally
        {
            Region.Observer.Value = null;
        }

        foreach ((int number, Region region) in regions.Index())
        {
            Write(region, At($"{number:000}.json"));
        }

        Assert.True(regions.Count > 200, $"{regions.Count} regions");
        if (Judge() is string word)
        {
            Assert.Equal($"{regions.Count} of {regions.Count} logs agree", word);
        }
    }

    /// <summary>What the second implementation says of the folder; null where there is no Python.</summary>
    private string? Judge()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "ZkHealth.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        var start = new ProcessStartInfo("python3", [Path.Combine(root, "tests", "model", "regions.py"), Folder])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        try
        {
            using Process process = Process.Start(start)!;
            return process.StandardOutput.ReadToEnd().Trim();
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>A region's leaves as a log of a ledger is exported, with signatures that nobody made; and its credit.</summary>
    private static void Write(Region region, string path)
    {
        using FileStream file = File.Create(path);
        JsonSerializer.Serialize(
            file,
            new
            {
                fields = Records.All.ToDictionary(shape => shape.Name, shape => shape.Fields.Select(f => f.Name)),
                leaves = region.Steps.Select(step => new
                {
                    time = step.Time,
                    stateRoot = Report.Hex(step.Before.Root),
                    ruleSet = step.Before.RuleSet,
                    entry = step.Act is Act act ? Report.Hex(Entry(act)) : null,
                    due = step.Due.Select(Change),
                    changed = step.Changed.Select(Change),
                }),
                credit = region.State.Members.ToDictionary(member => member, region.Credit),
                accounts = region.Accounts,
            }
        );
    }

    private static string?[] Change(ChangedRecord record) =>
        [record.Kind, Report.Hex(record.Id), record.Value is byte[] value ? Report.Hex(value) : null];

    private static byte[] Entry(Act act)
    {
        var w = new CborWriter();
        w.WriteStartArray(3);
        w.WriteStartArray(6);
        w.WriteTextString("zkhealth entry v1");
        w.WriteTextString(act.Origin);
        w.WriteByteString(act.Signer);
        Write(w, act.Sequence);
        Write(w, act.NotAfter);
        w.WriteEncodedValue(act.ToBody().Encode());
        w.WriteEndArray();
        w.WriteByteString([]);
        w.WriteStartArray(0);
        w.WriteEndArray();
        w.WriteEndArray();
        return w.Encode();
    }

    private static void Write(CborWriter w, long? number)
    {
        if (number is long value)
        {
            w.WriteInt64(value);
        }
        else
        {
            w.WriteNull();
        }
    }
}
