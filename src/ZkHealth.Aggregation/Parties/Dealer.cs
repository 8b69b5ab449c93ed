using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation;

/// <summary>
/// A hospital that contributes, or a committee member that deals its part of the beacon: one message, after which nothing is
/// needed of it (but, if a member says that its ciphertext has not come, to post it).
/// </summary>
public sealed partial class Dealer
{
    private readonly IBulletinBoard _board;
    private readonly AggregationRules _rules;
    private readonly byte[] _sid;
    private readonly PartyId _self;

    /// <summary>Verdicts on dealings; parties of one process may share them.</summary>
    internal DealCache Cache { get; init; }

    /// <summary>A dealer of a session.</summary>
    /// <param name="board">The board, open for the dealer's entries.</param>
    /// <param name="sid">The session, 32 bytes.</param>
    /// <param name="rules">What it judges sessions by; null for none but the board's.</param>
    /// <exception cref="ArgumentException">The board is open for reading alone.</exception>
    public Dealer(IBulletinBoard board, ReadOnlySpan<byte> sid, AggregationRules? rules = null)
    {
        ArgumentNullException.ThrowIfNull(board);
        (_board, _sid, _rules) = (board, sid.ToArray(), rules ?? AggregationRules.None);
        Cache = new DealCache(_rules.Memory);
        _self = board.Author ?? throw new ArgumentException("expected a board open for the dealer's entries", nameof(board));
    }

    /// <summary>Deals a cube to a session that asks for statistics.</summary>
    /// <param name="cubes">One proven cube of the dealer's published table, over the session's axes.</param>
    /// <param name="options">What the dealer asks for and brings; null for nothing.</param>
    /// <exception cref="ArgumentException">The cube is not what the session asks for.</exception>
    public StepOutcome DealCube(ContingencyTableOpening cubes, DealOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(cubes);
        return Deal(
            DealRole.Contribution,
            session =>
            {
                if (session.Terms.IsWholeVector)
                {
                    throw new ArgumentException("the session adds up whole vectors", nameof(cubes));
                }

                CheckCube(session, cubes);
                return DealBuilder.Contribution(
                    session,
                    _self,
                    cubes,
                    DealWitness.OfCube(cubes),
                    1,
                    options ?? new DealOptions()
                );
            },
            options?.Kept,
            default
        );
    }

    /// <summary>Deals an update, whole, to a session that asks for whole vectors.</summary>
    /// <param name="update">The committed update: one column, under <see cref="AggregationSession.ContributionSchema"/>,
    /// published by the dealer.</param>
    /// <param name="cubes">Its proven cube over the one column, which bounds its entries.</param>
    /// <param name="weight">The public weight, 1 to that of the terms.</param>
    /// <param name="options">What the dealer asks for and brings; null for nothing.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">The update is not what the session asks for.</exception>
    public StepOutcome DealUpdate(
        TableOpening update,
        ContingencyTableOpening cubes,
        ulong weight = 1,
        DealOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(cubes);
        return Deal(
            DealRole.Contribution,
            session =>
            {
                if (
                    !session.Terms.IsWholeVector
                    || update.Commitment.Rows != session.Terms.Rows
                    || weight < 1
                    || weight > session.Terms.WeightCap
                )
                {
                    throw new ArgumentException(
                        "expected an update with the rows, and a weight within the cap, of a session that adds up whole vectors",
                        nameof(update)
                    );
                }

                CheckCube(session, cubes);
                if (!cubes.Table.Root.Span.SequenceEqual(update.Commitment.Root.Span))
                {
                    throw new ArgumentException("expected the cube of the update", nameof(cubes));
                }

                return DealBuilder.Contribution(
                    session,
                    _self,
                    cubes,
                    DealWitness.OfColumn(update),
                    weight,
                    options ?? new DealOptions()
                );
            },
            options?.Kept,
            cancellationToken
        );
    }

    /// <summary>Deals a random scalar: the dealer's part of the beacon of a session with noise.</summary>
    public StepOutcome DealBeacon(IBlobStore? kept = null) =>
        Deal(
            DealRole.Beacon,
            session =>
            {
                if (session.Terms.Noise is null || session.Terms.ShareIndexOf(_self) == 0)
                {
                    throw new ArgumentException("the beacon is dealt by the committee of a session with noise");
                }

                using TranscriptRng rng = DealBuilder.Randomness(session, new DealId(DealRole.Beacon, _self), []);
                Scalar value = rng.NextScalar(),
                    blinding = rng.NextScalar();
                var witness = new DealWitness();
                witness.AddKept([value], blinding);
                return (
                    new Dealing
                    {
                        Role = DealRole.Beacon,
                        Constant = VectorCommitment.Commit(GeneratorFamily.Cube, [value], blinding).Compress(),
                    },
                    witness
                );
            },
            kept,
            default
        );

    private const string NotNamed = "the terms do not name this hospital: nothing is dealt to their committee";

    private StepOutcome Deal(
        DealRole role,
        Func<AggregationSession, (Dealing, DealWitness)> make,
        IBlobStore? kept,
        CancellationToken cancellationToken
    )
    {
        if (
            !SessionView.TryRead(
                _board,
                _sid,
                _board.GetCheckpoint(),
                _rules,
                Cache,
                out SessionView? view,
                out string? reason,
                _self
            )
        )
        {
            return StepOutcome.Refused(reason);
        }

        if (view.CutOffs[0] >= 0)
        {
            return StepOutcome.Refused("the cut-off for dealings has come");
        }

        if (view.Deals.TryGetValue(new DealId(role, _self), out CheckedDealing? before))
        {
            return StepOutcome.AlreadyDone(before.Position);
        }

        if (role == DealRole.Contribution && !view.Terms.Hospitals.Contains(_self))
        {
            return StepOutcome.Refused(NotNamed);
        }

        byte[] approval = _rules.ApprovalDigest(view.Terms);
        if (role == DealRole.Contribution && !Approval.IsOnBoard(_board, _self, approval, long.MaxValue))
        {
            return StepOutcome.Refused(
                $"the hospital has not approved the terms, whose digest is {Convert.ToHexStringLower(approval)}: nothing is dealt before that"
            );
        }

        if (
            role == DealRole.Contribution
            && _rules.HistoryOf(_board)?.Refusal(_self, view.Session, view.At.Size) is string exceeded
        )
        {
            return StepOutcome.Refused(exceeded);
        }

        (Dealing deal, DealWitness witness) = make(view.Session);
        using (witness)
        {
            if (
                deal.Table is not null
                && TablePublication.Fault(_board, deal.Table, view.Terms.DataSet, view.At.Size) is string unpublished
            )
            {
                return StepOutcome.Refused(unpublished);
            }

            if (deal.Table is not null && view.OtherVersion(_self, deal.Table) is string version)
            {
                return StepOutcome.Refused(version);
            }

            (Dealing complete, byte[][] ciphertexts) = DealBuilder.Complete(
                view.Session,
                new DealId(role, _self),
                deal,
                witness,
                null,
                cancellationToken
            );
            foreach (byte[] ciphertext in ciphertexts)
            {
                _board.Blobs.Put(ciphertext);
                kept?.Put(ciphertext);
            }

            if (deal.Table is not null)
            {
                byte[] charge = new BudgetDebit(_sid, deal.Table.Root, deal.Table.Rows).Encode();
                CommitteeMember.AppendOnce(
                    _board,
                    BoardKinds.BudgetDebit,
                    AggregationTerms.DataSetOf(_self, view.Terms.DataSet),
                    charge
                );
            }

            return StepOutcome.Done(_board.Append(BoardKinds.Dealing, _sid, complete.Encode()));
        }
    }

    private void CheckCube(AggregationSession session, ContingencyTableOpening cubes)
    {
        TableAxes axes = session.Terms.Axes;
        if (
            cubes.Axes.Count != 1
            || !cubes.Axes[0].Columns.SequenceEqual(axes.Columns)
            || !cubes.Axes[0].Domains.SequenceEqual(axes.Domains)
            || !cubes.Table.Schema.Span.SequenceEqual(session.ContributionSchema.Encode())
            || !cubes.Table.Owner.Span.SequenceEqual(_self.ToBytes())
            || cubes.Table.Layout.PaddedRows > session.Terms.Rows
        )
        {
            throw new ArgumentException(
                "expected one cube over the session's axes, of a table of the dealer with the session's schema and no more rows than its terms allow",
                nameof(cubes)
            );
        }
    }
}
