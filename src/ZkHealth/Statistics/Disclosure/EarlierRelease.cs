using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>A proof file that was released before, for the disclosure guard: its numbers may be subtracted from those of the next
/// one.</summary>
public sealed class EarlierRelease
{
    private readonly ReadOnlyMemory<byte> _root;

    private EarlierRelease(string name, ReadOnlyMemory<byte> root, IReadOnlyList<ReleasedForms> forms) =>
        (Name, _root, Forms) = (name, root, forms);

    /// <summary>By which the guard calls it.</summary>
    internal string Name { get; }

    internal IReadOnlyList<ReleasedForms> Forms { get; }

    /// <summary>A released file with statistics.</summary>
    /// <param name="name">By which the guard calls it, such as the file's.</param>
    /// <param name="proof">The file; the owner made it, so nothing is verified.</param>
    public static EarlierRelease Of(string name, StatisticsProof proof)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(proof);
        return new EarlierRelease(
            name,
            proof.Version.Root,
            [.. proof.Statistics.Select(s => s.Forms(proof.Schema, proof.Axes, name))]
        );
    }

    /// <summary>A released answer to a plan. The guard evaluates it anew over its tables.</summary>
    internal static EarlierRelease Of(string name, PlanProof proof) => new(name, ReadOnlyMemory<byte>.Empty, []) { Plan = proof };

    /// <summary>The answer to a plan; null for statistics of one table.</summary>
    internal PlanProof? Plan { get; private init; }

    /// <summary>Determines whether it is the answer to a plan that asks about a table with this root.</summary>
    internal bool Asks(ReadOnlySpan<byte> root)
    {
        foreach ((string role, DataSetVersion version) in Plan?.VersionsByRole ?? new Dictionary<string, DataSetVersion>())
        {
            if (version.Root.Span.SequenceEqual(root))
            {
                return Plan!.Plan.Asked.Any(a => Plan.Plan.Cubes[a.Cube].Table == role);
            }
        }

        return false;
    }

    /// <summary>Determines whether it is about a table with this root.</summary>
    internal bool IsAbout(ReadOnlySpan<byte> root) => _root.Span.SequenceEqual(root);
}
