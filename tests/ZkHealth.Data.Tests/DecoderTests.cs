using System.Security.Cryptography;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Tables;
using ZkHealth.Tests.Hostile;

namespace ZkHealth.Data.Tests;

/// <summary>Every method of the importers that reads bytes of others, by one list: what is not on it fails the first
/// test.</summary>
public sealed class DecoderTests
{
    private static readonly Decoder Kept = Make();

    [Fact]
    public void Every_decoder_of_the_importers_is_on_the_list() =>
        Decoder.AssertComplete(typeof(TableOpeningFile).Assembly, [Kept]);

    [Fact]
    public void Nothing_but_the_content_is_taken_for_it()
    {
        HostileBytes.AssertReads(Kept);
        HostileBytes.AssertWhole(Kept);
        HostileBytes.AssertLies(Kept);
    }

    [Property(MaxTest = 200)]
    public void Random_content_is_refused_or_read_as_what_it_says(byte[] bytes, ushort at, byte cut) =>
        HostileBytes.AssertMixed(Kept, bytes ?? [], at, cut);

    /// <summary>The content of the file: the checksum is put right each time, and only finds damage.</summary>
    private static Decoder Make()
    {
        var schema = new TableSchema("t", [CategoryColumn.YesNo("a"), new NumberColumn("b", 0, 999)]);
        using TableOpeningFile owned = TableOpeningFile.Commit(
            new CodedTable(
                schema,
                [
                    [1, 2, 0, 2],
                    [7, 8, 9, 1000],
                ]
            ),
            new byte[32],
            [1, 2, 2, 0]
        );
        return new(
            typeof(TableOpeningFile),
            nameof(TableOpeningFile.TryDecodeSecret),
            "content",
            owned.EncodeSecret()[..^SHA256.HashSizeInBytes],
            b =>
                TableOpeningFile.TryDecodeSecret((byte[])[.. b, .. SHA256.HashData(b)], out TableOpeningFile? table, out _)
                    ? table.EncodeSecret()[..^SHA256.HashSizeInBytes]
                    : null
        );
    }
}
