using System.Text.RegularExpressions;
using Xunit;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Transcripts;

/// <summary>
/// Attack F12: with a system generator that repeats itself (a machine restored from a snapshot) the cubes of two columns with
/// equal counts were the same point, as the axes did not enter the randomness of their prover.
/// </summary>
public sealed partial class HedgedRandomnessTests
{
    private static readonly byte[] Seed = [.. Enumerable.Repeat((byte)7, 32)];

    [GeneratedRegex(@"\.BuildRng\(\)\s*(?<next>[.;])\s*(?<call>\w*)")]
    private static partial Regex Builders();

    private static TableOpening Commit(byte first)
    {
        ReadOnlyMemory<uint> codes = new uint[] { 1, 0, 1, 1, 0 };
        var secret = TableSecret.FromBytes([.. Enumerable.Repeat(first, 32)]);
        return TableOpening.Commit([codes, codes], codes.Length, new byte[32], "schema"u8, secret);
    }

    private static string First(TableOpening table, string label, ulong[] counts, params uint[] columns)
    {
        ICubeCells[] axes = [.. columns.Select(j => TableAxes.Create([j], [2]))];
        var transcript = new Transcript(System.Text.Encoding.ASCII.GetBytes(label));
        using TranscriptRng rng = ContingencyTableWitness.Randomness(transcript, table, axes, [new(counts)]).Complete(Seed);
        return Convert.ToHexStringLower(rng.NextScalar().ToBytes());
    }

    [Fact]
    public void Axes_counts_blindings_table_and_label_each_change_the_randomness_of_a_cube()
    {
        using TableOpening table = Commit(1),
            again = Commit(1),
            other = Commit(2);
        string[] all =
        [
            First(table, "l", [5, 3], 0),
            First(table, "l", [5, 3], 1),
            First(table, "l", [5, 3], 0, 1),
            First(table, "l", [6, 2], 0),
            First(table, "m", [5, 3], 0),
            First(other, "l", [5, 3], 0),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(all[0], First(again, "l", [5, 3], 0));
    }

    /// <summary>Wherever a generator is made of a transcript, secrets enter before the system's bytes.</summary>
    [Fact]
    public void Every_prover_keys_its_generator_by_a_witness()
    {
        string[] files =
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(f =>
                    !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                ),
        ];
        int builders = 0;
        foreach (string file in files)
        {
            string text = File.ReadAllText(file);
            foreach (Match match in Builders().Matches(text))
            {
                builders++;
                bool keyed =
                    match.Groups["next"].Value == "."
                        ? match.Groups["call"].Value == nameof(TranscriptRngBuilder.RekeyWithWitness)
                        : text[match.Index..].Contains(".RekeyWithWitness(", StringComparison.Ordinal);
                Assert.True(keyed, $"{file}: {match.Value}");
            }
        }

        Assert.True(builders > 15, $"{builders} builders");
    }
}
