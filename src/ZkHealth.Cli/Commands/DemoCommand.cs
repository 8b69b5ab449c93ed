using System.CommandLine;
using System.Diagnostics;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>
/// `zkhealth demo`: three hospitals commit to synthetic tables and prove the prevalence of diabetes; a stranger
/// verifies; then two frauds and their rejection.
/// </summary>
internal static class DemoCommand
{
    private static readonly TableSchema Schema = new("demo patients",
    [
        CategoryColumn.YesNo("diabetes"),
        new BandColumn("age", [.. Enumerable.Range(0, 9).Select(i => new Band($"{10 * i}-{10 * i + 9}", 10 * i, 10 * i + 9)), new Band("90+", 90, null)]),
        new CategoryColumn("sex", [new Category("f", "female"), new Category("m", "male")]),
    ]);

    private static readonly Prevalence Asked = new(
        Predicate.In(Schema, "diabetes", "yes"), Predicate.Known(Schema, "diabetes") & Predicate.Between(Schema, "age", 40, 69));

    private static readonly StatisticContext Context = new("demonstration", "anybody", "none");

    public static Command Create()
    {
        var rows = new Option<int>("--rows") { Description = "Patients of each hospital.", DefaultValueFactory = _ => 100_000 };
        var folder = new Option<string>("--out") { Description = "Where the proof files go.", DefaultValueFactory = _ => "zkhealth-demo" };
        var command = new Command("demo", "Three hospitals commit and prove, a stranger verifies, two frauds are rejected.") { rows, folder };
        rows.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && (!int.TryParse(token.Value, out int n) || n is < 1 or > 1 << 22))
            {
                result.AddError("--rows: expected 1 to 4194304");
            }
        });
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed.GetValue(rows), parsed.GetValue(folder)!, token)));
        return command;
    }

    internal static int Run(int rows, string folder, CancellationToken token)
    {
        TextWriter console = Console.Out;
        Directory.CreateDirectory(folder);
        CubeAxes axes = CubeAxes.Create([0, 1, 2], [.. Schema.Columns.Select(c => c.Domain)]);
        var hospitals = new List<(CommittedTable Table, ProvenCubes Cubes)>();
        var files = new List<byte[]>();
        bool expected = true;
        try
        {
            foreach (string name in (string[])["North", "Centre", "South"])
            {
                var watch = Stopwatch.StartNew();
                using var secret = TableSecret.Create();
                CommittedTable table = CommittedTable.Commit(
                    Synthesize(name, rows), SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)), secret,
                    Environment.ProcessorCount, cancellationToken: token);
                TimeSpan commit = watch.Elapsed;
                watch.Restart();
                ProvenCubes cubes = CubesProof.Prove(table, axes);
                TimeSpan prove = watch.Elapsed;
                hospitals.Add((table, cubes));
                byte[] file = PrevalenceProof.Prove(cubes, [Asked], Context).Encode();
                files.Add(file);
                File.WriteAllBytes(Path.Combine(folder, name + ".zkp"), file);
                watch.Restart();
                if (!PrevalenceProof.TryDecode(file, out PrevalenceProof? received, out string? reason))
                {
                    throw new InvalidOperationException(reason);
                }

                VerificationResult result = received.Verify();
                expected &= result.IsAccepted;
                console.WriteLine($"{name}: root {Convert.ToHexStringLower(table.Commitment.Root.Span)}");
                console.WriteLine(
                    $"  {rows} rows committed in {commit.TotalSeconds:F2} s, cube of {axes.CellCount} cells proven in {prove.TotalSeconds:F2} s " +
                    $"({cubes.Proof.Length} bytes), verified in {watch.Elapsed.TotalSeconds:F2} s: {result}");
                (double low, double high) = received.Rates[0].Wilson95;
                console.WriteLine($"  {received}: {100 * received.Rates[0].Value:F2} % (95 %: {100 * low:F2} to {100 * high:F2}), file of {file.Length} bytes");
            }

            ProvenCubes proven = hospitals[0].Cubes;
            VerificationResult moved = ChangeNumerator(files[0]);
            VerificationResult swapped = CubesProof.Verify(hospitals[1].Table.Commitment, proven.Axes, proven.Points, proven.Proof);
            console.WriteLine($"fraud 1, a changed numerator: {moved}");
            console.WriteLine($"fraud 2, the proof of another hospital's table: {swapped}");
            expected &= !moved.IsAccepted && !swapped.IsAccepted;
        }
        finally
        {
            foreach ((CommittedTable table, ProvenCubes cubes) in hospitals)
            {
                cubes.Dispose();
                table.Dispose();
            }
        }

        return expected ? ExitCode.Accepted : ExitCode.Rejected;
    }

    /// <summary>The file with a numerator off by one, every other byte as it was.</summary>
    private static VerificationResult ChangeNumerator(byte[] file)
    {
        PrevalenceProof.TryDecode(file, out PrevalenceProof? honest, out _);
        byte[] forged = [.. file];
        int at = file.AsSpan().LastIndexOf([.. Encode(honest!.Rates[0].Numerator), .. Encode(honest.Rates[0].Denominator)]);
        Encode(honest.Rates[0].Numerator ^ 1).CopyTo(forged, at);
        return PrevalenceProof.TryDecode(forged, out PrevalenceProof? proof, out string? reason)
            ? proof.Verify() : VerificationResult.Rejected(reason);
    }

    private static byte[] Encode(ulong number)
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteUInt64(number);
        return w.Encode();
    }

    /// <summary>
    /// Synthetic codes: age bands even, two sexes even, diabetes 1 % below 30 rising by 4 points a decade, 2 % unknown. The stream is
    /// SHA-256 in counter mode of the name, so that a run can be repeated.
    /// </summary>
    private static CodedTable Synthesize(string name, int rows)
    {
        uint[][] codes = [new uint[rows], new uint[rows], new uint[rows]];
        byte[] seed = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes("zkhealth demo " + name));
        Span<byte> block = stackalloc byte[40];
        Span<byte> random = stackalloc byte[32];
        seed.CopyTo(block);
        for (int i = 0; i < rows; i++)
        {
            BitConverter.TryWriteBytes(block[32..], (long)i);
            SHA256.HashData(block, random);
            uint band = BitConverter.ToUInt32(random) % 10;
            uint percent = BitConverter.ToUInt32(random[4..]) % 100, rate = band < 3 ? 1 : 4 * (band - 2);
            codes[0][i] = percent >= 98 ? 0u : percent < rate ? 2u : 1u;
            codes[1][i] = 1 + band;
            codes[2][i] = 1 + (uint)(random[8] & 1);
        }

        return new CodedTable(Schema, codes);
    }
}
