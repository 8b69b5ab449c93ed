using System.Collections.Concurrent;
using System.Security.Cryptography;
using Xunit;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Aggregation.Tests;

/// <summary>Hospitals with tables of their own and a committee drawn from them, over a board in memory.</summary>
internal sealed class Region : IDisposable
{
    public static readonly TableSchema Schema = new(
        "patients",
        [
            CategoryColumn.YesNo("diabetes"),
            new CategoryColumn(
                "age",
                [new Category("young", "young"), new Category("middle", "middle"), new Category("old", "old")]
            ),
            new NumberColumn("bmi", 20, 24),
        ]
    );

    public static readonly TableAxes Axes = TableAxes.Create([0, 1, 2, 3], [2, 3, 4, 6]);
    public static readonly Predicate Yes = Predicate.In(Schema, "diabetes", "yes"),
        Old = Predicate.In(Schema, "age", "old");

    private static readonly ConcurrentDictionary<(int Rows, int Seed, int Place, PartyId Owner), ContingencyTableOpening> Made =
        new();

    private readonly List<IDisposable> _owned = [];
    private readonly DealCache _cache = new();

    public Region(int hospitals = 5, int members = 3, int rows = 40, int seed = 1)
    {
        Board = new MemoryBoard("board.example.org");
        Hospitals = [.. Enumerable.Range(0, hospitals).Select(i => Id($"hospital {i}")).Order()];
        Members = [.. Hospitals.Take(members)];
        States = [.. Members.Select(_ => (IMemberState)new MemoryMemberState())];
        var random = new Random(seed);
        Codes =
        [
            .. Hospitals.Select(_ =>
                Schema
                    .Columns.Skip(1)
                    .Select(c => Enumerable.Range(0, rows).Select(_ => (uint)random.Next((int)c.Domain)).ToArray())
                    .ToArray()
            ),
        ];
        Cubes = new ContingencyTableOpening[hospitals];
        for (int i = 0; i < hospitals; i++)
        {
            CommitteeMember.Register(Board.As(Hospitals[i]), $"hospital {i}");
            Cubes[i] = Proven(rows, seed, i, Hospitals[i], Codes[i]);
            Publish(i, Cubes[i].Table);
        }
    }

    public MemoryBoard Board { get; private set; }

    public PartyId[] Hospitals { get; }

    public PartyId[] Members { get; }

    public IMemberState[] States { get; }

    public uint[][][] Codes { get; }

    public ContingencyTableOpening[] Cubes { get; }

    public AggregationSession Session { get; private set; } = null!;

    public ReadOnlySpan<byte> Sid => Session.Sid.Span;

    public static PartyId Id(string name) => new(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));

    public AggregationTerms Terms(params Statistic[] statistics) =>
        new()
        {
            Origin = Board.Origin,
            Purpose = "surveillance",
            DataSet = "patients",
            Schema = Schema,
            Axes = Axes,
            Question = new StatisticsQuery(statistics.Length == 0 ? [new CountStatistic(Yes)] : statistics),
            Rows = 64,
            Hospitals = Hospitals,
            Committee = Members,
            Threshold = (Members.Length + 1) / 2,
        };

    public ContingencyTableOpening Prove(
        int hospital,
        uint[][] codes,
        TableSchema? schema = null,
        PartyId? owner = null,
        Action<TableCommitment>? publish = null
    )
    {
        (TableOpening table, ContingencyTableOpening cubes) = Prove(schema ?? Schema, owner ?? Hospitals[hospital], codes);
        _owned.Add(table);
        _owned.Add(cubes);
        (publish ?? (t => Publish(hospital, t)))(table.Commitment);
        return cubes;
    }

    private static (TableOpening Table, ContingencyTableOpening Cubes) Prove(TableSchema schema, PartyId owner, uint[][] codes)
    {
        using var secret = TableSecret.Create();
        var table = TableOpening.Commit(new CodedTable(schema, codes), owner.ToBytes(), secret);
        return (table, ContingencyTableProof.Prove(table, Axes));
    }

    /// <summary>The cubes of a hospital's first table, proven once for all regions of the same rows.</summary>
    private static ContingencyTableOpening Proven(int rows, int seed, int place, PartyId owner, uint[][] codes) =>
        Made.GetOrAdd((rows, seed, place, owner), _ => Prove(Schema, owner, codes).Cubes);

    public void Publish(int hospital, TableCommitment table, string dataSet = "patients") =>
        Board
            .As(Hospitals[hospital])
            .Append(BoardKinds.TablePublished, table.Root.Span, TablePublication.Of(table, dataSet).Encode());

    public Region Open(AggregationTerms? terms = null) => OpenWithoutApprovals(terms).ApproveAll();

    public Region OpenWithoutApprovals(AggregationTerms? terms = null)
    {
        terms ??= Terms();
        for (int j = 0; j < Members.Length; j++)
        {
            CommitteeMember.RegisterKey(Board.As(Members[j]), terms, States[j]);
        }

        (AggregationSession? session, StepOutcome outcome) = Combiner.Open(Board.As(Hospitals[0]), terms);
        Assert.True(outcome.IsDone, outcome.Reason);
        Session = session!;
        return this;
    }

    /// <summary>Every hospital of the terms approves them.</summary>
    public Region ApproveAll(AggregationSession? session = null)
    {
        session ??= Session;
        foreach (PartyId hospital in session.Terms.Hospitals)
        {
            Done(new Dealer(Board.As(hospital), session.Sid.Span).Approve(session.Terms.Digest()));
        }

        return this;
    }

    public Dealer Dealer(int hospital) => new(Board.As(Hospitals[hospital]), Sid) { Cache = _cache };

    public CommitteeMember Member(int j, MemoryBoard? view = null) =>
        new((view ?? Board).As(Members[j]), Sid, States[j]) { Cache = view is null ? _cache : new DealCache() };

    public Region DealAll(params int[] except)
    {
        for (int i = 0; i < Hospitals.Length; i++)
        {
            if (!except.Contains(i))
            {
                Done(Dealer(i).DealCube(Cubes[i]));
            }
        }

        return this;
    }

    public Region Close(int number)
    {
        for (int j = 0; j < Session.Terms.Threshold; j++)
        {
            Done(Member(j).CloseCutOff(number));
        }

        return this;
    }

    /// <summary>D1, receipts of these members (all by default), D2, D3.</summary>
    public Region CheckAll(params int[] except)
    {
        Close(1);
        Each(except, m => m.Check());
        return Close(2).Close(3).Close(4);
    }

    /// <summary>The first number is the direct count over all hospitals, all of them count, and these members alone are
    /// named.</summary>
    public void EndsRight(params (int Member, Enum Kind)[] named)
    {
        AggregateOutcome outcome = Verify();
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        Assert.Equal(Hospitals, outcome.Contributors);
        Assert.Equal(
            (System.Numerics.BigInteger)Count(Enumerable.Range(0, Hospitals.Length), (c, r) => c[0][r] == 2),
            outcome.Values[0]
        );
        Assert.Equal(named.Select(n => (Members[n.Member], n.Kind)), outcome.Findings.Select(f => (f.Party, f.Kind)));
    }

    public Region FreezeAll(params int[] except) => Each(except, m => m.Freeze());

    public Region ShareAll(params int[] except) => Each(except, m => m.Share());

    public Region Each(int[] except, Func<CommitteeMember, StepOutcome> step)
    {
        for (int j = 0; j < Members.Length; j++)
        {
            if (!except.Contains(j))
            {
                Done(step(Member(j)));
            }
        }

        return this;
    }

    public AggregateOutcome Verify() => AggregateVerifier.Verify(Board, Sid);

    /// <summary>The direct count over the rows of these hospitals.</summary>
    public long Count(IEnumerable<int> hospitals, Func<uint[][], int, bool> condition) =>
        hospitals.Sum(i => Enumerable.Range(0, Codes[i][0].Length).Count(r => condition(Codes[i], r)));

    public SessionView View()
    {
        Assert.True(
            SessionView.TryRead(
                Board,
                Sid,
                Board.GetCheckpoint(),
                AggregationRules.None,
                _cache,
                out SessionView? view,
                out string? reason
            ),
            reason
        );
        return view;
    }

    /// <summary>A dealing as a cheating dealer makes it, with its ciphertexts; nothing is posted.</summary>
    public (Dealing Dealing, byte[][] Ciphertexts) Forge(
        int hospital,
        Action<int, byte[]>? changeShares = null,
        Func<Dealing, Dealing>? change = null,
        ContingencyTableOpening? cubes = null
    )
    {
        (Dealing deal, DealWitness witness) = DealBuilder.Contribution(
            Session,
            Hospitals[hospital],
            cubes ?? Cubes[hospital],
            DealWitness.OfCube(cubes ?? Cubes[hospital]),
            1,
            new DealOptions()
        );
        using (witness)
        {
            return DealBuilder.Complete(
                Session,
                new DealId(DealRole.Contribution, Hospitals[hospital]),
                change is null ? deal : change(deal),
                witness,
                new DealForgery { ChangeShares = changeShares }
            );
        }
    }

    public void Post(int hospital, Dealing deal, byte[][]? ciphertexts = null)
    {
        foreach (byte[] ciphertext in ciphertexts ?? [])
        {
            Board.Blobs.Put(ciphertext);
        }

        if (deal.Table is not null)
        {
            Charge(Hospitals[hospital], deal.Table, Session);
        }

        Board.As(Hospitals[hospital]).Append(BoardKinds.Dealing, Sid, deal.Encode());
    }

    public void Charge(PartyId owner, TableCommitment table, AggregationSession session) =>
        Board
            .As(owner)
            .Append(
                BoardKinds.BudgetDebit,
                AggregationTerms.DataSetOf(owner, session.Terms.DataSet),
                new BudgetDebit(session.Sid, table.Root, table.Rows).Encode()
            );

    /// <summary>A dealing with some parts of another.</summary>
    public static Dealing With(
        Dealing deal,
        CompressedPoint? constant = null,
        CompressedPoint? ephemeral = null,
        ReadOnlyMemory<byte>? commitments = null,
        ReadOnlyMemory<byte>? ciphertexts = null,
        ReadOnlyMemory<byte>? proof = null
    ) =>
        new()
        {
            Role = deal.Role,
            Minimum = deal.Minimum,
            Weight = deal.Weight,
            Table = deal.Table,
            Constant = constant ?? deal.Constant,
            CubeProof = deal.CubeProof,
            Noise = deal.Noise,
            PolicyProof = deal.PolicyProof,
            Ephemeral = ephemeral ?? deal.Ephemeral,
            Commitments = commitments ?? deal.Commitments,
            Seeded = deal.Seeded,
            Ciphertexts = ciphertexts ?? deal.Ciphertexts,
            Proof = proof ?? deal.Proof,
        };

    /// <summary>The session key of a member, which only it has.</summary>
    public Scalar Key(int member)
    {
        Assert.True(
            Scalar.TryDecode(
                States[member].Read("session-key-" + Convert.ToHexStringLower(Session.Terms.Digest()))!,
                out Scalar key
            )
        );
        return key;
    }

    public Dealing ReadDeal(int hospital)
    {
        BoardEntry entry = Board
            .Find(BoardKinds.Dealing, Sid)
            .Select(p => Board.Read(p)!)
            .First(e => e.Author == Hospitals[hospital]);
        Assert.True(Dealing.TryDecode(entry.Body, Session, entry.Author, out Dealing? deal, out string? reason), reason);
        return deal;
    }

    public IEnumerable<BoardEntry> Entries(string kind) => Board.Find(kind, Sid).Select(p => Board.Read(p)!);

    public static void Done(StepOutcome outcome) => Assert.True(outcome.IsDone, outcome.Reason);

    public void Dispose() => _owned.ForEach(o => o.Dispose());
}
