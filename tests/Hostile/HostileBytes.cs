using Xunit;

namespace ZkHealth.Tests.Hostile;

/// <summary>
/// What every decoder owes to hostile bytes: it never throws, takes nothing changed for what it was, and allocates in proportion
/// to the bytes that are there, whatever lengths and counts they claim.
/// </summary>
internal static class HostileBytes
{
    /// <summary>Bytes a decoder may allocate for each byte of its input.</summary>
    private const long Each = 256;

    /// <summary>The valid encoding is taken, and is the encoding of what was read.</summary>
    public static void AssertReads(Decoder decoder) => Assert.Equal(decoder.Valid, decoder.Decode(decoder.Valid));

    /// <summary>Every beginning (of long encodings a part of them), and what follows a valid encoding, is refused.</summary>
    public static void AssertWhole(Decoder decoder)
    {
        byte[] valid = decoder.Valid;
        int end = decoder.IsText ? valid.AsSpan().TrimEnd("\n"u8).Length : valid.Length;
        for (int at = 0; at < end; at += Math.Max(1, at < 64 || at > end - 64 ? 1 : end / 200))
        {
            Assert.True(Run(decoder, valid[..at]) is null, $"{decoder}: {at} of {valid.Length} bytes are taken");
        }

        if (!decoder.IsText)
        {
            foreach (
                byte[] more in (byte[][])
                    [
                        [0],
                        [0xf6],
                        [(byte)'\n'],
                        new byte[1000],
                        valid,
                    ]
            )
            {
                Assert.True(Run(decoder, [.. valid, .. more]) is null, $"{decoder}: {more.Length} bytes after it are taken");
            }
        }
    }

    /// <summary>
    /// Lies inside a whole encoding: every number, string, list and length of CBOR changed, or every word of other forms. Of
    /// many, every n-th.
    /// </summary>
    public static void AssertLies(Decoder decoder, int most = 1500)
    {
        List<byte[]> lies = [.. CborItem.Parse(decoder.Valid)?.Lies() ?? Words(decoder.Valid)];
        int step = Math.Max(1, (lies.Count + most - 1) / most);
        for (int i = 0; i < lies.Count; i += step)
        {
            AssertNotTheSame(decoder, lies[i]);
        }
    }

    /// <summary>Bytes alone, after a valid beginning, in place of some bytes of the valid encoding, and with a part of it left
    /// out.</summary>
    public static void AssertMixed(Decoder decoder, byte[] bytes, int at, int cut)
    {
        byte[] valid = decoder.Valid;
        at %= valid.Length;
        foreach (
            byte[] changed in (byte[][])
                [
                    bytes,
                    [.. valid[..at], .. bytes],
                    [.. valid[..at], .. bytes, .. valid.Skip(at + bytes.Length)],
                    [.. valid[..at], .. bytes, .. valid.Skip(at + cut)],
                ]
        )
        {
            AssertNotTheSame(decoder, changed);
        }
    }

    /// <summary>Refused, or read as what it says: never as the thing that was changed.</summary>
    public static void AssertNotTheSame(Decoder decoder, byte[] changed)
    {
        byte[]? read = Run(decoder, changed);
        if (read is not null && !changed.AsSpan().SequenceEqual(decoder.Valid))
        {
            Assert.True(
                decoder.IsCanonical
                    ? read.AsSpan().SequenceEqual(changed)
                    : decoder.IsText || !read.AsSpan().SequenceEqual(decoder.Valid),
                $"{decoder} takes what is not its encoding: {Hex(changed)}"
            );
        }
    }

    /// <summary>Decodes; a throw or a large allocation fails the test.</summary>
    private static byte[]? Run(Decoder decoder, byte[] bytes)
    {
        try
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            byte[]? read = decoder.Decode(bytes);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(
                allocated <= decoder.Work + Each * bytes.Length,
                $"{decoder}: {allocated} bytes allocated for {bytes.Length}: {Hex(bytes)}"
            );
            return read;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new Xunit.Sdk.XunitException($"{decoder} throws: {e}\n{Hex(bytes)}");
        }
    }

    private static IEnumerable<byte[]> Words(byte[] valid)
    {
        for (int at = 0; at < valid.Length; at++)
        {
            foreach (
                byte[] word in (byte[][])
                    [
                        [(byte)(valid[at] ^ 1)],
                        [0xff],
                        [0xff, 0xff, 0xff, 0x7f],
                        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                        new byte[32],
                    ]
            )
            {
                byte[] changed = [.. valid];
                word.AsSpan(0, Math.Min(word.Length, valid.Length - at)).CopyTo(changed.AsSpan(at));
                yield return changed;
            }
        }
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes.AsSpan(0, Math.Min(bytes.Length, 400)));
}
