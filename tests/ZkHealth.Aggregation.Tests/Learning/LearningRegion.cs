using System.Security.Cryptography;
using Xunit;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Aggregation.Tests.Learning;

/// <summary>Five hospitals, three of them the committee, over a board in memory, with rounds of learning.</summary>
internal sealed class LearningRegion : IDisposable
{
    public const int Entries = 40;

    public static readonly Quantiser Quantiser = Quantiser.ForClip(1, 8);

    private readonly Dictionary<(int Round, int Hospital), ProvenUpdateOpening> _updates = [];

    public LearningRegion()
    {
        for (int i = 0; i < Hospitals.Length; i++)
        {
            CommitteeMember.Register(Board.As(Hospitals[i]), $"hospital {i}");
        }
    }

    public MemoryBoard Board { get; } = new("board.example.org");

    public PartyId[] Hospitals { get; } =
    [.. Enumerable.Range(0, 5).Select(i => new PartyId(SHA256.HashData([(byte)i]))).Order()];

    public PartyId[] Committee => Hospitals[..3];

    public LearningModel Founded => LearningModel.Found("diabetes", Hospitals, Committee, new OpeningQuorum(Committee, 2));

    public byte[] Model => Founded.Id.ToArray();

    public RoundLog Log(int hospital) => new(Board.As(Hospitals[hospital]), Model);

    public ProvenUpdateOpening Update(int round, int hospital) => _updates[(round, hospital)];

    public RoundTerms Terms(int round, ulong squaredNorm = 1UL << 30) =>
        new(Founded, round, Entries, Quantiser, squaredNorm, 100, new OpeningQuorum(Committee, 2));

    /// <summary>One round: each hospital's entries, or null where it does not deal; weights are 10, 11, 12, …</summary>
    public AggregationSession Run(RoundTerms terms, double[]?[] values, Func<int, ProvenUpdateOpening, StepOutcome>? deal = null)
    {
        AggregationTerms agreed = terms.ForSession(Board.Origin, Hospitals, Committee);
        IMemberState[] states = [.. Committee.Select(_ => (IMemberState)new MemoryMemberState())];
        for (int j = 0; j < 3; j++)
        {
            CommitteeMember.RegisterKey(Board.As(Committee[j]), agreed, states[j]);
        }

        (AggregationSession? session, StepOutcome opened) = Combiner.Open(Board.As(Hospitals[0]), agreed, UpdatePolicy.Rules);
        Done(opened);
        byte[] sid = session!.Sid.ToArray();
        Log(0).Begin(terms.Round, sid);
        for (int i = 0; i < 5; i++)
        {
            if (values[i] is not double[] entries)
            {
                continue;
            }

            using var secret = TableSecret.Create();
            UpdateOpening committed = UpdateOpening.Commit(terms.Quantiser.Quantise(entries), terms, sid, Hospitals[i], secret);
            ProvenUpdateOpening update = _updates[(terms.Round, i)] = ProvenUpdateOpening.Prove(committed);
            TablePublication.Publish(Board.As(Hospitals[i]), committed.Commitment, agreed.DataSet);
            Done(new Dealer(Board.As(Hospitals[i]), sid, UpdatePolicy.Rules).Approve(UpdatePolicy.Rules.ApprovalDigest(agreed)));
            Done(
                deal is null
                    ? update.Deal(new Dealer(Board.As(Hospitals[i]), sid, UpdatePolicy.Rules), 10 + (ulong)i)
                    : deal(i, update)
            );
        }

        CommitteeMember Member(int j) => new(Board.As(Committee[j]), sid, states[j], UpdatePolicy.Rules);
        foreach (Func<CommitteeMember, StepOutcome> step in MemberSteps.Exact)
        {
            for (int j = 0; j < 3; j++)
            {
                StepOutcome outcome = step(Member(j));
                Assert.True(outcome.Status != StepStatus.Pending, outcome.Reason);
            }
        }

        return session;
    }

    public static void Done(StepOutcome outcome) => Assert.True(outcome.IsDone, outcome.Reason);

    public void Dispose()
    {
        foreach (ProvenUpdateOpening update in _updates.Values)
        {
            update.Dispose();
        }
    }
}
