using FsCheck.Xunit;
using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

public sealed class RecordProofTests
{
    private const int Row = 37;
    private static readonly StatisticContext Context = new("own record", "patient", "ledger.test/health");
    private static readonly TableSchema Schema = new(
        "patients",
        [
            CategoryColumn.YesNo("diabetes"),
            new NumberColumn("age", 0, 119, unit: "years"),
            new CategoryColumn("code", [.. Enumerable.Range(0, 300).Select(i => new Category($"E{i}", $"E{i}"))]),
        ]
    );

    private static readonly TableOpening Table = Commit(1);

    private static TableOpening Commit(int seed)
    {
        var random = new Random(seed);
        uint[][] codes =
        [
            .. Schema
                .Columns.Skip(1)
                .Select(c => Enumerable.Range(0, 200).Select(_ => (uint)random.Next(1, (int)c.Domain)).ToArray()),
        ];
        (codes[0][Row], codes[1][Row], codes[2][Row], codes[2][0]) = (2, 65, 42, 0);
        return TableOpening.Commit(new CodedTable(Schema, codes), new byte[32], TableSecret.Create());
    }

    private static RecordProof Prove(params EntryQuestion[] questions) =>
        RecordProof.Prove(Table, Schema, Row, questions, Context, new RecordOpenings());

    private static readonly Lazy<byte[]> Good = new(() => Prove(EntryQuestion.Show("age")).Encode());

    private static readonly EntryQuestion[] All =
    [
        EntryQuestion.Show("age"),
        EntryQuestion.Inside("code", [7, 42, 299, 42]),
        EntryQuestion.Outside("diabetes", [1]),
    ];

    [Fact]
    public void Entries_are_shown_held_inside_and_outside()
    {
        RecordProof proof = Prove(All);
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        byte[] bytes = proof.Encode();
        Assert.True(RecordProof.TryDecode(bytes, out RecordProof? decoded, out _));
        Assert.Equal(VerificationResult.Accepted, decoded.Verify().Result);
        Assert.Equal(bytes, decoded.Encode());
        Assert.Equal(Row, decoded.Row);
        Assert.Equal(
            [
                "age: 64 years",
                "code: hidden, one of (\"E6\", \"E41\", \"E298\")",
                "diabetes: hidden, has a value that is none of (\"no\")",
            ],
            decoded.Entries.Select(e => e.Describe(Schema))
        );
        Assert.Equal([65u, 0, 0], decoded.Entries.Select(e => e.Code));
        Assert.Equal(Table.Commitment.Root.ToArray(), decoded.Table.Root.ToArray());
        Assert.Contains(
            "a set of 299 values",
            Prove(EntryQuestion.Outside("code", Enumerable.Range(1, 300).Select(i => (uint)i).Where(c => c != 42)))
                .Entries[0]
                .Describe(Schema),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_is_not_so_is_refused_and_cannot_be_proven()
    {
        (EntryQuestion Question, uint Code)[] lies =
        [
            (EntryQuestion.Show("age"), 66),
            (EntryQuestion.Hide("age"), 66),
            (EntryQuestion.Inside("code", [7, 41]), 42),
            (EntryQuestion.Inside("code", [7, 41]), 7),
            (EntryQuestion.Outside("diabetes", [2]), 2),
            (EntryQuestion.Outside("diabetes", [2]), 1),
        ];
        foreach ((EntryQuestion question, uint code) in lies)
        {
            int column = Schema.IndexOf(question.Column);
            if (question.Kind >= EntryKind.Inside)
            {
                Assert.Throws<ArgumentException>(() => Prove(question));
            }

            Assert.False(
                RecordProof
                    .ProveUnchecked(Table, Schema, Row, [question], [column], [code], Context, new RecordOpenings())
                    .Verify()
                    .IsAccepted,
                question.ToString()
            );
        }

        // no value lies in no set and outside none: code 0 belongs to the set of those outside
        EntryQuestion outside = EntryQuestion.Outside("code", [7]);
        Assert.Throws<ArgumentException>(() => RecordProof.Prove(Table, Schema, 0, [outside], Context, new RecordOpenings()));
        Assert.False(
            RecordProof.ProveUnchecked(Table, Schema, 0, [outside], [2], [0], Context, new RecordOpenings()).Verify().IsAccepted
        );
    }

    [Fact]
    public void Questions_that_cannot_be_asked()
    {
        Assert.Throws<ArgumentException>(() => EntryQuestion.Inside("code", []));
        Assert.Throws<ArgumentException>(() => EntryQuestion.Outside("code", [0, 3]));
        Assert.Throws<ArgumentException>(() => EntryQuestion.Outside("code", Enumerable.Range(1, 4096).Select(i => (uint)i)));
        Assert.Throws<ArgumentException>(() => Prove());
        Assert.Throws<ArgumentException>(() => Prove(EntryQuestion.Show("age"), EntryQuestion.Hide("age")));
        Assert.Throws<ArgumentException>(() => Prove(EntryQuestion.Show("ages")));
        Assert.Throws<ArgumentException>(() => Prove(EntryQuestion.Inside("diabetes", [2, 3])));
        Assert.Throws<ArgumentException>(() => RecordProof.Prove(Table, Schema, 200, All, Context, new RecordOpenings()));
        Assert.Throws<ArgumentException>(() =>
            RecordProof.Prove(
                Table,
                new TableSchema("other", [.. Schema.Columns.Skip(1)]),
                Row,
                All,
                Context,
                new RecordOpenings()
            )
        );
    }

    [Fact]
    public void Openings_open_and_are_used_again_for_the_same_entry_alone()
    {
        using var openings = new RecordOpenings();
        RecordProof first = RecordProof.Prove(Table, Schema, Row, [EntryQuestion.Hide("code")], Context, openings);
        byte[] kept = openings.EncodeSecret();
        Assert.True(RecordOpenings.TryDecodeSecret(kept, out RecordOpenings? read, out _));
        RecordProof second = RecordProof.Prove(Table, Schema, Row, [EntryQuestion.Inside("code", [42, 43])], Context, read);
        Assert.Equal(first.Entries[0].Commitment, second.Entries[0].Commitment);
        Assert.Equal(42u, read.Open(second.Entries[0]));
        Assert.Null(read.Open(Prove(EntryQuestion.Hide("code")).Entries[0]));

        // another row or table gets a blinding of its own
        RecordProof other = RecordProof.Prove(Table, Schema, Row + 1, [EntryQuestion.Hide("code")], Context, read);
        RecordProof again = RecordProof.Prove(Commit(1), Schema, Row, [EntryQuestion.Hide("code")], Context, read);
        Assert.Equal(3, new[] { first, other, again }.Select(p => p.Entries[0].Commitment).Distinct().Count());
        Assert.Equal("openings of 3 commitments", read.ToString());
        read.Dispose();
        Assert.Equal(0, read.Count);
        Assert.False(RecordOpenings.TryDecodeSecret(kept.AsMemory(0, kept.Length - 1), out _, out _));
        Assert.False(RecordOpenings.TryDecodeSecret(new byte[5], out _, out _));
    }

    [Fact]
    public void Every_changed_byte_is_found()
    {
        // all but the labels of strangers: each byte either breaks the form or the proof
        byte[] bytes = Prove(All).Encode();
        for (int at = 0; at < bytes.Length; at += at < 200 || at > bytes.Length - 400 ? 3 : 61)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= (byte)(1 << (at % 8));
            Assert.False(
                RecordProof.TryDecode(changed, out RecordProof? decoded, out _) && decoded.Verify().IsAccepted,
                $"byte {at}"
            );
        }

        foreach (int length in (int[])[0, 10, bytes.Length / 2, bytes.Length - 1])
        {
            Assert.False(RecordProof.TryDecode(bytes.AsMemory(0, length), out _, out _));
        }

        Assert.False(RecordProof.TryDecode((byte[])[.. bytes, 0], out _, out _));
    }

    [Property(MaxTest = 100)]
    public void Hostile_bytes_never_throw(byte[] bytes, int at)
    {
        byte[] file = [.. Good.Value];
        Assert.False(RecordProof.TryDecode(bytes, out _, out _));
        bytes.AsSpan(0, Math.Min(bytes.Length, 20)).CopyTo(file.AsSpan((int)((uint)at % (uint)(file.Length - 20))));
        if (RecordProof.TryDecode(file, out RecordProof? proof, out _))
        {
            _ = proof.Verify();
            _ = proof.Entries.Select(e => e.Describe(proof.Schema)).ToArray();
        }
    }
}
