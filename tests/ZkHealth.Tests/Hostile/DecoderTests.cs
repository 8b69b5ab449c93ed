using FsCheck.Xunit;
using Xunit;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Hostile;

/// <summary>Every method of the library that reads bytes of others, by one list.</summary>
public class DecoderTests
{
    internal static readonly Dictionary<string, Decoder> All = StatisticDecoders
        .List()
        .ToDictionary(d => d.ToString(), StringComparer.Ordinal);

    public static TheoryData<string> Names() => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_but_the_encoding_is_taken_for_it(string name)
    {
        HostileBytes.AssertReads(All[name]);
        HostileBytes.AssertWhole(All[name]);
        HostileBytes.AssertLies(All[name]);
    }

    [Property(MaxTest = 60)]
    public void Random_bytes_are_refused_or_read_as_what_they_say(byte[] bytes, ushort at, byte cut)
    {
        foreach (Decoder decoder in All.Values)
        {
            HostileBytes.AssertMixed(decoder, bytes ?? [], at, cut);
        }
    }
}

/// <summary>What is not on the list: named so that it runs before every change is landed, with the other tests of the
/// architecture.</summary>
public class DecoderArchitectureTests
{
    [Fact]
    public void Every_decoder_of_the_library_is_on_the_list() =>
        Decoder.AssertComplete(
            typeof(Transcript).Assembly,
            DecoderTests.All.Values,
            "CanonicalCbor.TryDecode",
            "CanonicalCbor.TryRead",
            "EdwardsEncoding.TryDecode", // keys and signatures of the ledger, whose tests have the published edge cases
            "PlanReader.TryDecode",
            "SecretPem.TryDecode"
        ); // what those on the list are made of
}
