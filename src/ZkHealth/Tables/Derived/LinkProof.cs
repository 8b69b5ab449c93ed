using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Proofs.Linear;
using ZkHealth.Proofs.Lookups;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>
/// The proof that events and the entities that they name agree: the lookup of <see cref="ContingencyTableProof"/> with fractions
/// on both sides. With f the joined key and values of an event and t the row number and values of an entity, sum over events
/// w_i/(alpha − f_i) = sum over entities m_j/(alpha − t_j) + m_0/alpha, where m_0 is the sum over events that name nobody.
/// </summary>
/// <remarks>
/// The sums m_j are a committed column of totals, or hidden ones committed for this proof, and m_0 is the first message: all are
/// fixed before alpha, after which any of them would make up any difference. Both tables end in a vector under the generators of
/// columns: that of the events is attached to the constraint system, and the value of the entities enters as a commitment that a
/// linear proof of its own is about, since a family may be attached once.
/// </remarks>
internal static class LinkProof
{
    /// <summary>Verifies a link within limits of work.</summary>
    public static VerificationResult Verify(
        Transcript t,
        TableCommitment events,
        TableCommitment entities,
        Link link,
        ReadOnlyMemory<byte> hiddenSums,
        ReadOnlyMemory<byte> proof,
        VerificationLimits? limits = null
    )
    {
        if (
            LinkStatement.TryCreate(events, entities, link, hiddenSums, out LinkStatement? statement, out _)
            && (limits ?? VerificationLimits.Default).Exceeded(statement.Cost()) is string limit
        )
        {
            return VerificationResult.LimitExceeded(limit);
        }

        var batch = new VerificationBatch();
        return batch.Verify(Collect(t, events, entities, link, hiddenSums, proof, batch));
    }

    /// <summary>Does all but the final equations, which go to the batch. Returns what failed, or null.</summary>
    public static ProofFault? Collect(
        Transcript t,
        TableCommitment events,
        TableCommitment entities,
        Link link,
        ReadOnlyMemory<byte> hiddenSums,
        ReadOnlyMemory<byte> proof,
        VerificationBatch batch
    )
    {
        if (!LinkStatement.TryCreate(events, entities, link, hiddenSums, out LinkStatement? statement, out string? reason))
        {
            return reason;
        }

        if (proof.Length != LinkStatement.ProofSize(events.Layout, entities.Layout, link))
        {
            return ProofFault.Length("a proof of this statement has another length");
        }

        if ((PaddingProof.Fault(events, link.EventColumns) ?? PaddingProof.Fault(entities, link.EntityColumns)) is string fault)
        {
            return fault;
        }

        var (reader, system, opening) = (new ProofReader(proof), new MultiscalarEquation(), new MultiscalarEquation());
        statement.Start(t);
        using var cs = new ConstraintSystem(t, reader, system);
        EntityClaim claim = Walk(cs, statement, null);
        cs.Finish();
        batch.Add("the link proof does not hold", system);
        LinearProof.Verify(
            t,
            reader,
            claim.Statement,
            claim.Point!,
            new MultiscalarEquation().Add(claim.Value, Scalar.One),
            opening
        );
        batch.Add("the entities' part of the link proof does not hold", opening);
        PaddingProof.Collect(t, reader, events, link.EventColumns, batch);
        PaddingProof.Collect(t, reader, entities, link.EntityColumns, batch);
        reader.End();
        return reader.Failure;
    }

    /// <summary>Proves a link; returns the points of the hidden sums (none where a column holds the totals) and the
    /// proof.</summary>
    /// <param name="t">The transcript.</param>
    /// <param name="events">The owner's table of the key.</param>
    /// <param name="entities">The owner's table whose rows the key counts.</param>
    /// <param name="link">The columns.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <param name="forge">Lets a test change what is proven.</param>
    /// <exception cref="ArgumentException">The tables have no such columns, or an event does not agree with the entity that it
    /// names; the message says nothing about which.</exception>
    public static (byte[] HiddenSums, byte[] Proof) Prove(
        Transcript t,
        TableOpening events,
        TableOpening entities,
        Link link,
        int degreeOfParallelism = 1,
        LinkForgery? forge = null
    )
    {
        using LinkWitness witness = LinkWitness.Create(events, entities, link, forge);
        using TranscriptRng rng = witness.Randomness(t).Complete();
        byte[] hiddenSums = link.Total is null ? witness.CommitSums(rng, degreeOfParallelism) : [];
        if (
            !LinkStatement.TryCreate(
                events.Commitment,
                entities.Commitment,
                link,
                hiddenSums,
                out LinkStatement? statement,
                out string? reason
            )
        )
        {
            throw new ArgumentException(reason, nameof(link));
        }

        statement.Start(t);
        using var cs = new ConstraintSystem(t, rng)
        {
            ChecksWitness = forge is null,
            TamperMessage = forge?.TamperMessage,
            DegreeOfParallelism = degreeOfParallelism,
        };
        EntityClaim claim = Walk(cs, statement, witness);
        var proof = new ProofWriter();
        proof.Add(cs.Finish());
        LinearProof.Prove(t, rng, claim.Statement, claim.Values, claim.Blinding, claim.ValueBlinding, proof, degreeOfParallelism);
        PaddingProof.Prove(t, rng, events, link.EventColumns, proof);
        PaddingProof.Prove(t, rng, entities, link.EntityColumns, proof);
        return (hiddenSums, proof.ToArray());
    }

    /// <summary>The whole statement, for both roles (the prover brings a witness). Returns the claim about the
    /// entities.</summary>
    private static EntityClaim Walk(ConstraintSystem cs, LinkStatement statement, LinkWitness? witness)
    {
        (Link link, TableLayout events, TableLayout entities) = (
            statement.Link,
            statement.Events.Layout,
            statement.Entities.Layout
        );
        bool weighted = link.Weight is not null;
        LinearCombination none = cs.Commit(1, witness is null ? [] : [witness.None])[0];
        var joins = new Scalar[link.Pairs.Count + 1];
        ScalarVector.Powers(cs.Challenge("gamma"u8), joins);
        Scalar alpha = cs.Challenge("alpha"u8);

        (LogUpTree Events, LogUpTree Entities)? trees = witness?.Trees(joins, alpha, cs.DegreeOfParallelism);
        LinearCombination[] roots = cs.Commit(
            8,
            trees is null ? [] : Roots(trees.Value, witness!.Forgery?.LateNone == true ? Late(trees.Value, alpha) : witness.None)
        );
        LinearCombination[] pa = [roots[0]],
            qa = [roots[1]],
            pb = [roots[2]],
            qb = [roots[3]];
        cs.Product(pa[0], qb[0], roots[4]);
        cs.Product(pb[0], qa[0], roots[5]);
        cs.Product(qa[0], qb[0], roots[6]);
        cs.Product(none, roots[6], roots[7]);
        cs.Constrain(roots[4] - roots[5] - roots[7] * alpha.Invert()); // pa/qa = pb/qb + m0/alpha

        (Scalar[] eventsAt, _) = LogUpRowSum.Run(
            cs,
            events.LogRows,
            trees is null ? null : [trees.Value.Events],
            pa,
            qa,
            weighted
        );
        (Scalar[] entitiesAt, _) = LogUpRowSum.Run(
            cs,
            entities.LogRows,
            trees is null ? null : [trees.Value.Entities],
            pb,
            qb,
            weighted: true
        );
        Scalar beta = cs.Challenge("beta"u8);

        // events: key and values as gamma joins them, beta times the weights: alpha − q + beta·p at the point
        Scalar[] left = ScalarVector.EqTable(eventsAt.AsSpan(0, events.LogHeight)),
            right = ScalarVector.EqTable(eventsAt.AsSpan(events.LogHeight));
        Scalar[] factors = weighted ? [.. joins, beta] : joins;
        Scalar blinding = Scalar.Zero;
        Scalar[] values = witness?.EventRow(factors, left, cs.DegreeOfParallelism, out blinding) ?? [];
        MultiscalarEquation? point = witness is null
            ? Joined([.. link.EventColumns.Select(j => statement.Events.Columns[j])], factors, left)
            : null;
        int row = cs.Attach(GeneratorFamily.Column, events.Width, point, values, blinding);
        LinearCombination claimed = LinearCombination.Of(alpha) - qa[0];
        cs.Constrain(LinearCombination.Run(row, right) - (weighted ? claimed + pa[0] * beta : claimed));

        // entities: row numbers are public, so what is committed is alpha − q − (number + 1) + beta·p
        left = ScalarVector.EqTable(entitiesAt.AsSpan(0, entities.LogHeight));
        right = ScalarVector.EqTable(entitiesAt.AsSpan(entities.LogHeight));
        factors = [.. joins.AsSpan(1), beta];
        values = witness?.EntityRow(factors, left, cs.DegreeOfParallelism, out blinding) ?? [];
        point = witness is null
            ? Joined([.. link.Pairs.Select(p => statement.Entities.Columns[(int)p.Entity]), statement.Sums], factors, left)
            : null;
        claimed = LinearCombination.Of(alpha - RowNumber(entitiesAt) - Scalar.One) - qb[0] + pb[0] * beta;
        Scalar value =
            witness is null ? Scalar.Zero
            : witness.Forgery?.HoldsClaim == true ? cs.Evaluate(claimed)
            : ScalarVector.Dot(right, values);
        (CompressedPoint held, Scalar heldBlinding) = cs.Hold(claimed, value);
        var opened = new LinearStatement(new GeneratorBasis(GeneratorFamily.Column, entities.Width), right, null);
        return new EntityClaim(opened, point, held, values, blinding, heldBlinding);
    }

    /// <summary>The rest of the entities: a point that opens to values whose sum under the statement's weights is
    /// the value of a commitment.</summary>
    private readonly record struct EntityClaim(
        LinearStatement Statement,
        MultiscalarEquation? Point,
        CompressedPoint Value,
        Scalar[] Values,
        Scalar Blinding,
        Scalar ValueBlinding
    );

    private static Scalar[] Roots((LogUpTree Events, LogUpTree Entities) trees, Scalar none)
    {
        ((Scalar pa, Scalar qa), (Scalar pb, Scalar qb)) = (trees.Events.Root, trees.Entities.Root);
        Scalar both = qa * qb;
        return [pa, qa, pb, qb, pa * qb, pb * qa, both, none * both];
    }

    /// <summary>The sum over nobody that would make up any difference, if it could be chosen after alpha.</summary>
    private static Scalar Late((LogUpTree Events, LogUpTree Entities) trees, Scalar alpha)
    {
        ((Scalar pa, Scalar qa), (Scalar pb, Scalar qb)) = (trees.Events.Root, trees.Entities.Root);
        return alpha * (pa * qa.Invert() - pb * qb.Invert());
    }

    /// <summary>The multilinear extension of the row numbers 0, 1, 2, … at a point.</summary>
    private static Scalar RowNumber(Scalar[] point)
    {
        Scalar number = Scalar.Zero;
        foreach (Scalar coordinate in point)
        {
            number = number + number + coordinate;
        }

        return number;
    }

    private static MultiscalarEquation Joined(ColumnCommitment[] columns, Scalar[] factors, Scalar[] left)
    {
        var sum = new MultiscalarEquation();
        for (int c = 0; c < columns.Length; c++)
        {
            var scalars = new Scalar[left.Length];
            ScalarVector.Scale(left, factors[c], scalars);
            columns[c].AddTo(sum, 0, scalars);
        }

        return sum;
    }
}

/// <summary>The changes of a cheating prover; tests alone make them.</summary>
internal sealed class LinkForgery
{
    /// <summary>Sums, one for each padded entity, and the sum over nobody, in the place of the true ones.</summary>
    public Func<uint[], (uint[] Sums, Scalar None)>? ChangeSums { get; init; }

    /// <summary>Proves on with the sum over nobody that would be right after alpha.</summary>
    public bool LateNone { get; init; }

    /// <summary>Holds the value that the constraint system demands, whatever the columns of the entities hold.</summary>
    public bool HoldsClaim { get; init; }

    public Func<int, RistrettoPoint, RistrettoPoint>? TamperMessage { get; init; }
}
