using FsCheck.Xunit;
using Xunit;
using ZkHealth.Tests.Hostile;

namespace ZkHealth.Aggregation.Tests.Hostile;

/// <summary>Every method of this library that reads bytes of others, by one list.</summary>
public class AggregationDecoderTests
{
    internal static readonly Dictionary<string, Decoder> All = AggregationDecoders
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

    [Fact]
    public void Every_decoder_of_the_library_is_on_the_list() =>
        Decoder.AssertComplete(
            typeof(AggregationSession).Assembly,
            All.Values,
            "Messages.TryDecode", // what those on the list are made of
            "SessionView.TryRead"
        ); // reads a board; its messages are on the list
}
