using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Xunit;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Proofs.Linear;
using ZkHealth.Proofs.Membership;
using ZkHealth.Proofs.Ranges;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Tables;

/// <summary>Every figure of docs/soundness.md, and the sizes that other documents quote, made anew from the code.</summary>
public sealed partial class SoundnessFigureTests
{
    private const int LogRows = TableLayout.MaxLogRows,
        LogCells = 20,
        MaxAxes = TableAxes.MaxAxes;

    /// <summary>log2 of the order of the group; l > 2^252.</summary>
    private static readonly double LogOrder = BigInteger.Log(BoundedIntegers.Order, 2);

    [GeneratedRegex(@"2\^-?[0-9]+(\.[0-9]+)?|(?<![A-Za-z0-9./^-])[0-9]{3,}(?![0-9/])")]
    private static partial Regex Figures();

    private static string Document(string name) => File.ReadAllText(Path.Combine(Repository.Root, "docs", name));

    private static int Log2Ceiling(long n) => n <= 1 ? 0 : BitOperations.Log2((ulong)(n - 1)) + 1;

    private static TableAxes Cube(int cells) => TableAxes.Create([0], [(uint)cells]);

    /// <summary>The rounds of the sumcheck over the products of one tree.</summary>
    private static int ProductRounds(int mu) => Log2Ceiling(3 * mu);

    /// <summary>The length of the vector that the last linear proof is about.</summary>
    private static long VectorLength(TableLayout layout, int logCells)
    {
        int mu = layout.LogRows,
            p = ProductRounds(mu);
        return 7 + (mu * (mu - 1)) + (7 * (mu - 1)) + (2 * logCells) + 3 + (2 * p) + layout.Width + (1L << logCells);
    }

    /// <summary>The challenges of the proof of one cube, in the order of docs/soundness.md.</summary>
    private static int Challenges(TableLayout layout, int logCells, bool isPadded)
    {
        int mu = layout.LogRows,
            p = ProductRounds(mu),
            linear = 2 + Log2Ceiling(VectorLength(layout, logCells)),
            padding = isPadded ? 4 + Log2Ceiling(layout.Width) : 0;
        int rounds = (mu * (mu - 1) / 2) + logCells + p; // rho
        // gamma, alpha; lambda, kappa, tau; rho; nu, beta; tau; eta, chi
        return 2 + (3 * mu) + rounds + 2 + p + 2 + linear + padding;
    }

    private static int Messages(int mu, int logCells) => 3 + (mu * (mu + 1) / 2) + logCells + ProductRounds(mu);

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 5)]
    [InlineData(7, 3)]
    [InlineData(8, 4)]
    [InlineData(30, 9)]
    [InlineData(100, 64)]
    [InlineData(1024, 17)]
    public void Challenges_and_messages_are_those_of_a_proof(int rows, int cells)
    {
        var c = new CubeCase(
            rows,
            [(uint)cells],
            [
                [0],
            ]
        );
        var transcript = new Transcript("test"u8);
        Assert.True(
            ContingencyTableProof.Verify(transcript, c.Own.Commitment, c.Axes, c.Proven.Points, c.Proven.Proof).IsAccepted
        );
        TableLayout layout = c.Own.Commitment.Layout;
        int logCells = Log2Ceiling(cells);
        Assert.Equal(Challenges(layout, logCells, layout.LastFilled != 0), transcript.Challenges);
        int last = LinearProof.Size(1 << Log2Ceiling(VectorLength(layout, logCells)));
        Assert.Equal(32 * (Messages(layout.LogRows, logCells) + 2) + last + PaddingProof.Size(layout), c.Proven.Proof.Length);
    }

    [Fact]
    public void Figures_are_those_of_the_code()
    {
        Assert.Equal(1 << LogCells, TableAxes.MaxCells);
        var layout = new TableLayout(TableLayout.MaxRows);
        double rows = TableLayout.MaxRows,
            cells = TableAxes.MaxCells;
        int challenges = Challenges(layout, LogCells, isPadded: true);

        // errors that one challenge may make, in the order of the table
        double gamma = (MaxAxes - 1) * ((rows * cells) + (cells * cells / 2)),
            alpha = 2 * (rows + cells);
        int mu = LogRows,
            p = ProductRounds(mu);
        double rounds = 3 * ((mu * (mu - 1) / 2) + LogCells + p),
            layers = 2 * mu, // lambda and tau; kappa and nu join the cubes of which there is one
            system = (2 * 3 - 2) + 300 + p, // chi over all points, eta over all constraints, tau: far below what follows
            linear = 2 + (3 * Log2Ceiling(VectorLength(layout, LogCells))) + 1,
            padding = (MaxAxes - 1) + layout.Width + 2 + (3 * Log2Ceiling(layout.Width)) + 1;
        double chi = 2 * (Messages(mu, LogCells) + 2),
            others = alpha + rounds + layers + system + chi + linear + padding;
        var below = new Dictionary<string, double>
        {
            ["2^53.91"] = Math.Log2(gamma),
            ["2^53.92"] = Math.Log2(gamma + others),
            ["2^31.01"] = Math.Log2(others),
            ["2^-198"] = Math.Log2(gamma + others) - LogOrder,
            ["2^-220"] = Math.Log2(others) - LogOrder,
            ["2^-134"] = 64 + Math.Log2(gamma) - LogOrder,
            ["2^-98"] = 100 + Math.Log2(gamma) - LogOrder,

            // two of 2^22 points; the distance of 512 bits modulo l from uniform is at most l/2^514
            ["2^-208"] = 43 - LogOrder,
            ["2^-260"] = LogOrder - 514,
        };
        string text = Document("soundness.md");
        foreach ((string figure, double log) in below)
        {
            Assert.Contains(figure, text, StringComparison.Ordinal);
            double said = double.Parse(figure[2..], CultureInfo.InvariantCulture);
            Assert.True(log < said, $"{figure}: 2^{log:F4}");
            Assert.True(log > said - 2.5, $"{figure} says much less than 2^{log:F4}");
        }

        // by Pollard's method sqrt(pi·l/4) additions
        Assert.Equal(126, Math.Round((LogOrder + Math.Log2(Math.PI / 4)) / 2));
        Assert.InRange(LogOrder, 252, 252.001);
        Assert.Contains(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Messages(mu, LogCells)} messages and {challenges} challenges at the limits"
            ),
            text,
            StringComparison.Ordinal
        );

        // what stands there beside these: parameters, the design's own bound, years and numbers of papers, names
        HashSet<string> known =
        [
            .. below.Keys,
            .. (string[])["2^252", "2^30", "2^20", "2^64", "2^100", "2^126", "2^22", "2^-190", "512", "256", "2019", "2021"],
            Messages(mu, LogCells).ToString(CultureInfo.InvariantCulture),
            challenges.ToString(CultureInfo.InvariantCulture),
        ];
        string[] unknown = [.. Figures().Matches(text).Select(m => m.Value).Where(f => !known.Contains(f)).Distinct()];
        Assert.True(unknown.Length == 0, $"figures that no test makes anew: {string.Join(", ", unknown)}");
        Assert.Contains("below 2^-198 for all challenges", Document("protocol.md"), StringComparison.Ordinal);
    }

    /// <summary>The tables of bench/results quote sizes of proofs.</summary>
    [Fact]
    public void Sizes_are_those_of_the_code()
    {
        const string Zen4 = "../bench/results/zen4.md",
            Shared = "../bench/results/shared-avx512.md";
        TableLayout million = new(1 << 20),
            quarter = new(1 << 18);
        Assert.True(Link.TryCreate(1, [], null, 1, out Link? total, out string? reason), reason);
        Assert.True(Link.TryCreate(1, [(2, 1)], null, null, out Link? join, out reason), reason);
        (string Document, string Text, long Size)[] sizes =
        [
            (
                Shared,
                "one proof | 0.97 s | 73 ms | {0} |",
                ContingencyTableStatement.ProofSize(million, [Cube(1 << 14), Cube(162)])
            ),
            (Shared, "0.54 s | 18 ms | {0} |", LinkStatement.ProofSize(million, quarter, total)),
            (Shared, "14,208; {0} | 1.3", LinkStatement.ProofSize(million, quarter, join) + (32L * quarter.Height)),
            (Zen4, "19.5 ms, {0} bytes", ContingencyTableStatement.ProofSize(million, [.. Enumerable.Repeat(Cube(162), 10)])),
            (Zen4, "0.46 ms, {0} bytes | 3, 0.6 ms", RangeProof.Size(64, 1)),
            (Zen4, "one of 1,024: prove, verify, size | 15.3, 3.1 ms, {0} bytes", RegisteredKeyProof.Size(1024, false)),
            (Zen4, "5.7, 0.39 ms, {0} bytes", SetMembershipProof.Size(4096)),
            (Zen4, "3.7, 1.6 ms, {0} bytes", SetNonMembershipProof.Size(4096)),
        ];
        Assert.All(
            sizes,
            size =>
                Assert.Contains(
                    string.Format(
                        CultureInfo.InvariantCulture,
                        size.Text,
                        size.Size.ToString("N0", CultureInfo.InvariantCulture)
                    ),
                    Document(size.Document),
                    StringComparison.Ordinal
                )
        );
    }
}
