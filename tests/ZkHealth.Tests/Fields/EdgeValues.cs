using System.Numerics;
using ZkHealth.Fields;

namespace ZkHealth.Tests.Fields;

/// <summary>Values weighted to the edges: 0, 1, −1, around the modulus, single bits, all-ones limbs; then seeded random
/// ones.</summary>
internal static class EdgeValues
{
    public static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;

    public static readonly BigInteger L =
        BigInteger.Pow(2, 252)
        + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);

    public static IReadOnlyList<BigInteger> Below(BigInteger modulus, int random = 24)
    {
        var values = new List<BigInteger>
        {
            0,
            1,
            2,
            18,
            19,
            20,
            modulus - 1,
            modulus - 2,
            modulus - 19,
            modulus / 2,
            modulus / 2 + 1,
        };
        foreach (int bit in (int[])[51, 52, 63, 64, 102, 127, 128, 153, 191, 192, 204, 251, 252, 254])
        {
            values.Add((BigInteger.One << bit) % modulus);
            values.Add(((BigInteger.One << bit) - 1) % modulus);
        }

        var generator = new Random(7);
        var bytes = new byte[33];
        for (int i = 0; i < random; i++)
        {
            generator.NextBytes(bytes);
            values.Add(new BigInteger(bytes, isUnsigned: true) % modulus);
        }

        return values;
    }

    public static byte[] Bytes(BigInteger value)
    {
        var bytes = new byte[32];
        Assert(value.TryWriteBytes(bytes, out _, isUnsigned: true));
        return bytes;
    }

    public static Scalar ToScalar(BigInteger value)
    {
        Assert(Scalar.TryDecode(Bytes(value), out Scalar scalar));
        return scalar;
    }

    public static BigInteger ToInteger(Scalar scalar) => new(scalar.ToBytes(), isUnsigned: true);

    public static FieldElement ToField(BigInteger value) => FieldElement.FromBytes(Bytes(value));

    public static BigInteger ToInteger(FieldElement x)
    {
        var bytes = new byte[32];
        x.Encode(bytes);
        return new BigInteger(bytes, isUnsigned: true);
    }

    private static void Assert(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("not a value of 32 bytes");
        }
    }
}
