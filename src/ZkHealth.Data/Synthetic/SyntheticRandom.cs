namespace ZkHealth.Data;

/// <summary>Holds the same draws from the same seed on every machine, for made-up data alone, never for secrets.</summary>
internal sealed class SyntheticRandom(ulong seed)
{
    private static readonly (int Age, int Weight)[] Pyramid =
    [
        (0, 48),
        (5, 49),
        (10, 50),
        (15, 51),
        (20, 55),
        (25, 60),
        (30, 64),
        (35, 64),
        (40, 63),
        (45, 60),
        (50, 67),
        (55, 74),
        (60, 69),
        (65, 58),
        (70, 51),
        (75, 44),
        (80, 38),
        (85, 22),
        (90, 10),
        (95, 3),
    ];

    private static readonly int AllAges = Pyramid.Sum(p => p.Weight);
    private ulong _state = seed;

    /// <summary>An age in years of a Western European population, in bands of five years.</summary>
    public int Age()
    {
        int band = Weighted(Pyramid.Select(p => p.Weight), AllAges);
        return Pyramid[band].Age + (int)(Next() % 5);
    }

    /// <summary>A position in a list of weights of this sum.</summary>
    public int Weighted(IEnumerable<int> weights, int sum)
    {
        int at = (int)(Uniform() * sum),
            index = 0;
        foreach (int weight in weights)
        {
            if ((at -= weight) < 0)
            {
                break;
            }

            index++;
        }

        return index;
    }

    /// <summary>True with this probability.</summary>
    public bool Chance(double probability) => Uniform() < probability;

    /// <summary>Box and Muller (1958).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    /// <summary>A number from 0 to below 1.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>SplitMix64 (Steele, Lea and Flood 2014); for made-up data alone, never for secrets.</summary>
    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number from 0 to below a bound.</summary>
    public int Below(int bound) => (int)(Uniform() * bound);

    /// <summary>So many codes from 0 to below a bound.</summary>
    public uint[] Codes(int count, int bound)
    {
        var codes = new uint[count];
        for (int i = 0; i < count; i++)
        {
            codes[i] = (uint)Below(bound);
        }

        return codes;
    }
}
