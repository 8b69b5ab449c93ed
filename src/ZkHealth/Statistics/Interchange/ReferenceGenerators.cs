using System.Text.Json;
using ZkHealth.Commitments;
using ZkHealth.Groups;

namespace ZkHealth.Statistics;

/// <summary>The generators in a file, which both sides derive.</summary>
internal static class ReferenceGenerators
{
    /// <summary>The most generators of a family that are compared.</summary>
    private const int MaxGenerators = 1 << 16;

    /// <summary>B, H and the first generators of each family, which both sides derive: no proof, but none holds where they
    /// differ.</summary>
    public static string? Fault(JsonElement file)
    {
        (string Name, RistrettoPoint Point)[] pair = [("B", PedersenGenerators.B), ("H", PedersenGenerators.H)];
        foreach ((string name, RistrettoPoint own) in pair)
        {
            if (ReferenceFile.Point(file.GetProperty(name)) != own.Compress())
            {
                return $"{name} is another point here";
            }
        }

        foreach (
            GeneratorFamily family in (GeneratorFamily[])[GeneratorFamily.Column, GeneratorFamily.Cube, GeneratorFamily.Message]
        )
        {
            CompressedPoint[] points = ReferenceFile.Points(file, family.Name);
            if (points.Length > MaxGenerators)
            {
                return $"expected at most {MaxGenerators} generators of a family";
            }

            RistrettoPoint[] own = family.First(points.Length).ToArray();
            for (int i = 0; i < points.Length; i++)
            {
                if (points[i] != own[i].Compress())
                {
                    return $"generator {i} of the family {family.Name} is another point here";
                }
            }
        }

        return null;
    }
}
