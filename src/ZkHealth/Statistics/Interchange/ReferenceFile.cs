using System.Text.Json;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Linear;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// The JSON files by which implementations of the protocol exchange proofs: one object with a <c>kind</c> of
/// <c>linear</c>, <c>cubes</c>, <c>link</c>, <c>plan</c> or <c>statistics</c>, or a range proof, known by its <c>bits</c>;
/// points, scalars and byte strings as lower-case hex. A file may also hold an array of such objects, the lists <c>vectors</c>
/// and <c>negative</c> of range proofs, or the first <c>generators</c>.
/// </summary>
internal static partial class ReferenceFile
{
    /// <summary>The forms, for whoever brings another.</summary>
    internal const string Expected =
        "expected a JSON object whose \"kind\" is linear, cubes, link, plan, statistics or generators, a range proof with \"bits\", an array of such objects, or an object with the lists \"vectors\" and \"negative\"";

    /// <summary>Verifies the proof in a file.</summary>
    /// <param name="utf8">The file.</param>
    /// <returns>The verdict; a file that is not of the form is rejected, never an exception.</returns>
    public static VerificationResult Check(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Check(document.RootElement);
        }
        catch (JsonException)
        {
            return VerificationResult.Rejected("not JSON; " + Expected, VerdictReason.NotAProofFile);
        }
        catch (Exception e)
            when (e
                    is FormatException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or ArgumentException
                        or OverflowException
            )
        {
            return VerificationResult.Rejected(
                e is KeyNotFoundException ? "a field of its kind is missing; " + Expected
                    : e is InvalidOperationException ? "a field is of another type than its kind has; " + Expected
                    : "not a file of this form: " + e.Message,
                VerdictReason.NotAProofFile
            );
        }
    }

    /// <summary>An array of proofs, the lists of accepted and rejected range proofs of dalek, or one proof.</summary>
    private static VerificationResult Check(JsonElement file)
    {
        if (file.ValueKind == JsonValueKind.Array)
        {
            return All(file, true);
        }

        if (file.ValueKind != JsonValueKind.Object)
        {
            return VerificationResult.Rejected("no proof; " + Expected, VerdictReason.NotAProofFile);
        }

        if (file.TryGetProperty("vectors", out JsonElement good))
        {
            VerificationResult result = All(good, true);
            return result.IsAccepted && file.TryGetProperty("negative", out JsonElement bad) ? All(bad, false) : result;
        }

        if (ReferenceFields.Unknown(file) is string unknown)
        {
            return VerificationResult.Unsupported(unknown);
        }

        if (
            file.TryGetProperty("kind", out JsonElement name)
            && name.ValueKind == JsonValueKind.String
            && name.ValueEquals("plan")
        )
        {
            return Plans(file.GetProperty("plans"));
        }

        var batch = new VerificationBatch();
        ProofFault? failure =
            file.TryGetProperty("bits", out _) ? RangeProofFile.Collect(file, batch)
            : !file.TryGetProperty("kind", out JsonElement kind) || kind.ValueKind != JsonValueKind.String
                ? "neither \"kind\" nor \"bits\"; " + Expected
            : kind.GetString() switch
            {
                "linear" => Linear(file, batch),
                "cubes" => Cubes(file, batch),
                "link" => Link(file, batch),
                "statistics" => Statistics(file, batch),
                _ => ReferenceGenerators.Fault(file),
            };
        return failure is null ? batch.Verify() : VerificationResult.Rejected(failure);
    }

    /// <summary>Determines whether every proof of a list is accepted, or every one rejected; an empty list says nothing and is
    /// refused.</summary>
    private static VerificationResult All(JsonElement list, bool accepted)
    {
        int number = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            VerificationResult result =
                item.ValueKind == JsonValueKind.Object
                    ? Check(item)
                    : VerificationResult.Rejected("not a proof", VerdictReason.NotAProofFile);
            if (result.Verdict == VerificationVerdict.Unsupported)
            {
                return VerificationResult.Unsupported($"proof {number}: {result.Reason}");
            }

            if (result.IsAccepted != accepted)
            {
                return VerificationResult.Rejected(
                    accepted ? $"proof {number}: {result.Reason}" : $"negative proof {number} is accepted",
                    accepted ? result.Code : VerdictReason.ProofInvalid
                );
            }

            number++;
        }

        return number > 0 ? VerificationResult.Accepted : VerificationResult.Rejected("the list is empty");
    }

    private static ProofFault? Linear(JsonElement file, VerificationBatch batch)
    {
        GeneratorFamily? family = System.Text.Encoding.UTF8.GetString(Hex(file, "family")) switch
        {
            "column" => GeneratorFamily.Column,
            "cube" => GeneratorFamily.Cube,
            "message" => GeneratorFamily.Message,
            _ => null,
        };
        Scalar[] weights = Scalars(file.GetProperty("weights"));
        if (family is null || weights.Length is 0 or > TableAxes.MaxCells)
        {
            return family is null ? "unknown family of generators" : "a linear proof needs at least one weight";
        }

        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)weights.Length);
        byte[] proof = Hex(file, "proof");
        if (proof.Length != LinearProof.Size(size))
        {
            return ProofFault.Length("a proof of this statement has another length");
        }

        CompressedPoint c = Point(file.GetProperty("commitment")),
            v = Point(file.GetProperty("value"));
        var statement = new LinearStatement(new GeneratorBasis(family, size), weights, (c, v));
        var (reader, equation) = (new ProofReader(proof), new MultiscalarEquation());
        LinearProof.Verify(
            Start(file),
            reader,
            statement,
            new MultiscalarEquation().Add(c, Scalar.One),
            new MultiscalarEquation().Add(v, Scalar.One),
            equation
        );
        reader.End();
        batch.Add("the linear proof does not hold", equation);
        return reader.Failure;
    }

    private static ProofFault? Cubes(JsonElement file, VerificationBatch batch)
    {
        ICubeCells[] cells = [.. file.GetProperty("axes").EnumerateArray().Select(Cells)];
        return ContingencyTableProof.Collect(Start(file), Table(file), cells, Points(file, "cubes"), Hex(file, "proof"), batch);
    }

    private static ProofFault? Link(JsonElement file, VerificationBatch batch)
    {
        var pairs = new List<(uint, uint)>();
        foreach (JsonElement pair in file.GetProperty("pairs").EnumerateArray())
        {
            uint[] columns = Numbers(pair);
            if (columns.Length != 2)
            {
                return "a pair is a column of the events and one of the entities";
            }

            pairs.Add((columns[0], columns[1]));
        }

        if (
            !Tables.Link.TryCreate(
                file.GetProperty("key").GetUInt32(),
                pairs,
                Column(file, "weight"),
                Column(file, "total"),
                out Link? link,
                out string? reason
            )
        )
        {
            return reason;
        }

        byte[] sums = [.. Points(file, "sums").SelectMany(p => p.ToBytes())];
        TableCommitment events = Table(file.GetProperty("events")),
            entities = Table(file.GetProperty("entities"));
        return LinkProof.Collect(Start(file), events, entities, link, sums, Hex(file, "proof"), batch);
    }

    private static uint? Column(JsonElement file, string name) =>
        file.GetProperty(name) is { ValueKind: not JsonValueKind.Null } column ? column.GetUInt32() : null;

    /// <summary>One plan, or several whose cubes are added up: what is checked is the rules, there is no proof.</summary>
    private static VerificationResult Plans(JsonElement list)
    {
        Plan[] plans = [.. list.EnumerateArray().Select(PlanReader.Read)];
        return plans.Length == 0 ? VerificationResult.Rejected("no plan", VerdictReason.NotAProofFile)
            : (plans.Length > 1 ? PlanRules.Broken(plans) : PlanRules.Broken(plans[0])) is string broken
                ? VerificationResult.Rejected(broken, VerdictReason.RuleBroken)
            : VerificationResult.Accepted;
    }

    private static ProofFault? Statistics(JsonElement file, VerificationBatch batch)
    {
        ReadOnlyMemory<byte>[] roots = [.. file.GetProperty("roots").EnumerateArray().Select(r => (ReadOnlyMemory<byte>)Hex(r))];
        if (!ContingencyTableSubject.AreValid(roots))
        {
            return "a cube is about one or more distinct tables";
        }

        // whoever reads the words reads them in the statement: the label must be that of these words
        if (
            file.TryGetProperty("statement", out JsonElement statement)
            && !StatisticContext.IsLabelOf(Hex(file, "label"), Hex(statement))
        )
        {
            return "the label is not that of the statement";
        }

        if (Cells(file.GetProperty("axes")) is not TableAxes axes)
        {
            return "the cube of a relation is not asked for statistics";
        }

        var subject = new ContingencyTableSubject(roots, axes);
        CompressedPoint[] points = Points(file, "points");
        Scalar[][] weights = [.. file.GetProperty("weights").EnumerateArray().Select(Scalars)];
        ProofFault? failure = LinearStatistics.Collect(
            Start(file),
            subject,
            Point(file.GetProperty("cube")),
            points,
            weights,
            Hex(file, "proof"),
            batch
        );
        foreach (JsonProperty revealed in file.GetProperty("revealed").EnumerateObject())
        {
            int j = int.Parse(revealed.Name, System.Globalization.CultureInfo.InvariantCulture);
            if (j < 0 || j >= points.Length)
            {
                return "a revealed value has no point";
            }

            Scalar value = Scalar.FromUInt64(revealed.Value.GetUInt64());
            if (PedersenGenerators.BTable.Multiply(value).Compress() != points[j])
            {
                return "a revealed value is not that of its point";
            }
        }

        return failure;
    }
}
