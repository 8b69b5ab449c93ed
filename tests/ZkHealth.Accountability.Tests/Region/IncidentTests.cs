using System.Security.Cryptography;
using System.Text;
using Xunit;
using ZkHealth.Accountability.Deliveries;
using ZkHealth.Accountability.Traces;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Deliveries: their root by hand, their marks, and files that were found, whole, in part, altered, mixed.</summary>
public sealed class IncidentTests
{
    private static readonly string[] Columns = ["age", "hba1c", "bmi"];

    private static readonly KeptDelivery Institute = Deliver("institute"),
        Maker = Deliver("maker"),
        Insurer = Deliver("insurer");

    /// <summary>The root by the letter of the rules, section 6, built here leaf by leaf.</summary>
    [Fact]
    public void The_root_is_over_salted_handles_and_canonical_rows()
    {
        byte[] secret = Region.Digest("secret"),
            handle = Region.Key("ann");
        var delivery = new Delivery(Region.Digest("request"), "hospital", "institute", secret, ["a", "b"], [handle, handle]);
        byte[] Leaf(int i, string row)
        {
            byte[] salt = HMACSHA256.HashData(secret, Ids.Number(i));
            byte[] data = SHA256.HashData([.. salt, .. handle, .. Encoding.UTF8.GetBytes(row)]);
            return SHA256.HashData([0, .. data]);
        }

        byte[] expected = SHA256.HashData([1, .. Leaf(0, "1,\"x \"\"y\"\", z\"\n"), .. Leaf(1, "2,\n")]);
        Assert.Equal(
            expected,
            delivery.Root([
                ["1", "x \"y\", z"],
                ["2", ""],
            ])
        );
        Assert.Throws<ArgumentException>(() =>
            delivery.Root([
                ["1", "x"],
            ])
        );
    }

    /// <summary>The same delivery had two roots where a file system or an editor had taken its letters apart.</summary>
    [Fact]
    public void A_delivery_has_one_root_however_its_letters_are_written()
    {
        byte[] handle = Region.Key("ann");
        var delivery = new Delivery(Region.Digest("request"), "hospital", "institute", Region.Digest("secret"), ["a"], [handle]);
        Assert.Equal(
            delivery.Root([
                ["Jos\u00e9"],
            ]),
            delivery.Root([
                ["Jose\u0301"],
            ])
        );
    }

    /// <summary>Attack 8: a provider lists consenting patients and delivers others. The handle of each row is part of its leaf,
    /// so that rows of others have another root; the taker checks that the handles are those of its request before it signs a
    /// receipt.</summary>
    [Fact]
    public void Attack_8_rows_of_others_have_another_root()
    {
        byte[] secret = Region.Digest("secret");
        Delivery Of(params string[] names) =>
            new(Region.Digest("request"), "hospital", "institute", secret, ["a"], [.. names.Select(Region.Key)]);

        string[][] rows =
        [
            ["1"],
            ["2"],
        ];
        Assert.NotEqual(Of("ann", "bea").Root(rows), Of("ann", "cas").Root(rows));
        Assert.NotEqual(Of("ann", "bea").Root(rows), Of("bea", "ann").Root(rows));
        Assert.Equal(Of("ann", "bea").Root(rows), Of("ann", "bea").Root(rows));
    }

    [Fact]
    public void Marks_change_order_and_spelling_and_no_value()
    {
        Assert.Equal(Sorted(Institute.Rows), Sorted(Maker.Rows));
        Assert.NotEqual(Institute.Rows.Select(r => r[1]), Maker.Rows.Select(r => r[1]));
        Assert.Equal(Institute.Rows.Count, Institute.Rows.Count(r => !r[0].Contains('.', StringComparison.Ordinal)));
        Assert.Contains(Institute.Rows, r => r[1].EndsWith('0'));
        Assert.NotEqual(Institute.Delivery.MarksCommitment, Maker.Delivery.MarksCommitment);
    }

    /// <summary>Whole, a twentieth of it, without a column, in another order: still the one delivery, and both who hold
    /// it.</summary>
    [Fact]
    public void A_file_is_explained_by_the_delivery_that_it_is_a_part_of()
    {
        IReadOnlyList<string[]>[] files = [Maker.Rows, [.. Maker.Rows.Where((_, i) => i % 20 == 3)], [.. Maker.Rows.Reverse()]];
        Assert.All(files, f => Finds(["hospital", "maker"], Columns, f));
        Finds(["hospital", "maker"], ["bmi", "hba1c"], [.. Maker.Rows.Select(r => (string[])[r[2], r[1]])]);
    }

    /// <summary>Rows that somebody changed or made up match nothing; those that are left still tell.</summary>
    [Fact]
    public void An_altered_file_is_explained_by_what_is_left_of_it()
    {
        string[][] altered = [.. Maker.Rows.Select((r, i) => i % 3 == 0 ? [$"{150 + i}", r[1], r[2]] : r)];
        IncidentSearch found = Finds(["hospital", "maker"], Columns, altered);
        Assert.Equal(Maker.Rows.Count - ((Maker.Rows.Count + 2) / 3), found.Matching);
    }

    /// <summary>All spelled alike: letters tell nothing, the order of the rows does.</summary>
    [Fact]
    public void A_file_that_was_spelled_anew_is_told_by_its_order()
    {
        string[][] plain = [.. Maker.Rows.Where((_, i) => i % 4 == 0).Select(r => r.Select(Marks.Plain).ToArray())];
        Finds(["hospital", "maker"], Columns, plain);

        // and without the order too, nobody is told from anybody: no holder is named
        string[][] sorted = [.. plain.OrderBy(r => string.Join(',', r), StringComparer.Ordinal)];
        Finds([], Columns, sorted);
    }

    /// <summary>Two deliveries put together are explained by both; fewer than three rows by none; attack 5.</summary>
    [Fact]
    public void Several_deliveries_explain_a_mixture_and_two_rows_explain_nothing()
    {
        string[][] mixed = [.. Maker.Rows.Take(30), .. Institute.Rows.Skip(60).Take(30)];
        Finds(["hospital", "institute", "maker"], Columns, mixed);
        Finds([], Columns, [.. Told().Take(2)]);
        Finds(["hospital", "maker"], Columns, [.. Told().Take(3)]);
        Finds(
            [],
            ["weight"],
            [
                ["80"],
                ["90"],
                ["70"],
            ]
        );
        IncidentSearch none = Finds(
            [],
            Columns,
            [
                ["1", "2.5", "3.5"],
            ]
        );
        Assert.Equal((1, 0, false), (none.Rows, none.Matching, none.IsConclusive));

        // rows of the maker's delivery that no other one spells so
        static IEnumerable<string[]> Told()
        {
            var others = Institute.Rows.Concat(Insurer.Rows).Select(r => string.Join(',', r)).ToHashSet();
            return Maker.Rows.Where(r => !others.Contains(string.Join(',', r)));
        }
    }

    /// <summary>Rows that a delivery holds many times are in files of anybody: seven women, three normal temperatures named the
    /// holders of the one delivery that was at hand, and stood "in its order".</summary>
    [Theory]
    [InlineData("F", 7)]
    [InlineData("37.50", 3)]
    [InlineData("37.50", 40)]
    public void Common_rows_name_nobody(string value, int count)
    {
        string[][] rows = [.. Enumerable.Range(0, 60).Select(i => (string[])[i % 2 == 0 ? value.TrimEnd('0') : "36.6"])];
        var made = new Delivery(
            Region.Digest("request"),
            "hospital",
            "institute",
            Region.Digest("secret"),
            ["finding"],
            [.. rows.Select(_ => Region.Key("ann"))]
        );
        (Delivery delivery, IReadOnlyList<string[]> delivered) = Marks.Apply(made, rows);
        string[][] found = [.. Enumerable.Range(0, count).Select(_ => (string[])[value])];
        IncidentSearch search = IncidentSearch.Run(["finding"], found, [new KeptDelivery("d", delivery, delivered)]);
        Assert.True(search.Matching > 2);
        Assert.Empty(IncidentTrace.Holders(null, search));
    }

    /// <summary>Of thousands of deliveries one has any seven rows in its order: the more are searched, the more rows it takes,
    /// so that by chance at most one of 5,040 files names anybody.</summary>
    [Theory]
    [InlineData(1, 7)]
    [InlineData(8, 8)]
    [InlineData(9, 9)]
    [InlineData(5040, 11)]
    public void An_order_tells_by_more_rows_where_more_deliveries_are_searched(int deliveries, int rows) =>
        Assert.Equal(rows, IncidentSearch.FewestInOrder(deliveries));

    /// <summary>The root binds neither server nor taker, so that whoever holds a delivery can write an innocent member into its
    /// manifest: the receipt of the taker backed it whatever server it named, and the word of the server whatever
    /// taker.</summary>
    [Fact]
    public void A_manifest_that_names_another_server_or_taker_is_backed_by_nobody()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        string[][] rows =
        [
            ["1"],
            ["2"],
        ];
        Delivery Of(string server, string taker, byte[]? asked = null) =>
            new(asked ?? request, server, taker, Region.Digest("secret"), ["a"], [Region.Key("ann"), Region.Key("ann")]);
        byte[] root = Of("hospital", "institute").Root(rows);
        IReadOnlyList<string> Named(Delivery d) => IncidentTrace.Named(LogHistory.Of(r.Steps), d, root);
        (bool Served, bool Received, bool Contradicted) Said(Delivery d)
        {
            Assert.Equal(root, d.Root(rows));
            var log = LogHistory.Of(r.Steps);
            return (
                IncidentTrace.IsSaid(log, d, root, byServer: true),
                IncidentTrace.IsSaid(log, d, root, byServer: false),
                IncidentTrace.Contradicts(log, d, root) is not null
            );
        }

        // whom nobody on the log contradicts the manifest alone names
        Assert.Equal(["centre", "institute"], Named(Of("centre", "institute")));
        Receipt("institute", request);
        Assert.Equal(["hospital", "institute"], Named(Of("hospital", "institute")));
        Assert.Equal(["institute"], Named(Of("centre", "institute")));
        Assert.Equal(["hospital", "institute"], Named(Of("hospital", "maker")));
        Assert.Equal((false, true, false), Said(Of("hospital", "institute")));
        Assert.Equal((false, false, true), Said(Of("centre", "institute")));
        Assert.Equal((false, false, true), Said(Of("hospital", "maker")));

        Serve(request);
        Assert.Equal((true, true, false), Said(Of("hospital", "institute")));
        Assert.Equal((false, false, true), Said(Of("centre", "institute")));
        Assert.Equal((false, false, true), Said(Of("hospital", "maker")));

        Assert.Equal(["hospital", "institute"], Named(Of("centre", "maker")));

        // words that the rules refused say nothing, and what they name is not there
        byte[] nothing = Region.Digest("no request");
        Receipt("maker", request);
        Serve(nothing);
        Assert.Equal("Refused: UNKNOWN_REQUEST", r.Last.ToString());
        Assert.Equal((true, true, false), Said(Of("hospital", "institute")));
        Assert.Equal((false, false, false), Said(Of("hospital", "institute", nothing)));

        // who confesses to have given the same rows names itself, and hides nobody
        Serve(request, "centre");
        Assert.Equal(["centre", "hospital", "institute"], Named(Of("hospital", "institute")));

        void Receipt(string taker, byte[] about) =>
            r.Do(
                "receipt",
                taker,
                Bodies.UseReceived.Row(about, "hospital", Region.Digest("person"), 2L, root, Array.Empty<byte[]>())
            );
        void Serve(byte[] about, string server = "hospital")
        {
            byte[] person = Region.Digest("person");
            byte[][] handles = [Region.Key("ann")];
            r.Do(
                "used",
                server,
                Bodies.UseServed.Row(
                    about,
                    handles,
                    "download",
                    person,
                    true,
                    2L,
                    9L,
                    new[] { "a" },
                    root,
                    person,
                    Array.Empty<byte[]>(),
                    Array.Empty<byte[]>()
                )
            );
        }
    }

    private static IncidentSearch Finds(string[] holders, string[] columns, IReadOnlyList<string[]> rows)
    {
        IncidentSearch found = IncidentSearch.Run(columns, rows, [Institute, Maker, Insurer]);
        Assert.Equal(holders, IncidentTrace.Holders(null, found));
        return found;
    }

    private static IEnumerable<string> Sorted(IEnumerable<string[]> rows) =>
        rows.Select(r => string.Join(',', r.Select(Marks.Plain))).Order(StringComparer.Ordinal);

    /// <summary>120 rows of two decimal columns, delivered to one taker.</summary>
    private static KeptDelivery Deliver(string taker)
    {
        string[][] rows =
        [
            .. Enumerable
                .Range(0, 120)
                .Select(i => (string[])[$"{20 + i}", $"{4 + (i % 9)}.{1 + (i % 8)}", $"{18 + (i % 20)}.{1 + (i % 7)}"]),
        ];
        var made = new Delivery(
            Region.Digest("request of " + taker),
            "hospital",
            taker,
            Region.Digest("secret for " + taker),
            Columns,
            [.. rows.Select((_, i) => Region.Key("patient " + (i % 5)))]
        );
        (Delivery delivery, IReadOnlyList<string[]> delivered) = Marks.Apply(made, rows);
        return new KeptDelivery(taker, delivery, delivered);
    }
}
