using System.Formats.Cbor;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>The file of a plan and its proofs.</summary>
public sealed partial class PlanProof
{
    internal const string Format = Labels.PlanProofFile;

    /// <summary>
    /// Canonical CBOR: [format, purpose, requester, origin, null or [SQL, smallest count, [[file, column, [value…]]…]], plan,
    /// [segment…], [[[number…], proof, [withheld group…], proof]…]]. The plan is that of the first segment.
    /// </summary>
    private protected override byte[] Write()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(8);
        w.WriteTextString(Format);
        w.WriteTextString(Context.Purpose);
        w.WriteTextString(Context.Requester);
        w.WriteTextString(Context.LedgerOrigin);
        if (Question is null)
        {
            w.WriteNull();
        }
        else
        {
            Question.Write(w);
        }

        w.WriteByteString(Plan.Encode().Span);
        CanonicalCbor.WriteList(w, Segments, segment => segment.Write(w));
        CanonicalCbor.WriteList(
            w,
            Answers,
            answer =>
            {
                w.WriteStartArray(4);
                CanonicalCbor.WriteList(w, answer.Values, w.WriteInt64);
                w.WriteByteString(answer.Proof.Span);
                CanonicalCbor.WriteList(w, answer.Withheld, w.WriteInt32);
                w.WriteByteString(answer.Bounds.Span);
                w.WriteEndArray();
            }
        );
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Reads what follows the format.</summary>
    internal static PlanProof Read(CborReader r)
    {
        var context = new StatisticContext(r.ReadTextString(), r.ReadTextString(), r.ReadTextString());
        SqlStatement? sql = null;
        if (r.PeekState() == CborReaderState.Null)
        {
            r.ReadNull();
        }
        else
        {
            sql = SqlStatement.Read(r);
        }

        if (!PlanReader.TryDecode(r.ReadByteString(), out Plan? plan, out string? reason))
        {
            throw new FormatException(reason);
        }

        int next = 0;
        List<PlanSegmentProof> segments = CanonicalCbor.ReadList(
            r,
            x => PlanSegmentProof.Read(x, plan, next++),
            DataSetVersion.MaxSegments
        );
        return segments.Count > 0
            ? new PlanProof(context, segments, CanonicalCbor.ReadList(r, ReadAnswer)) { Question = sql }
            : throw new FormatException("expected one segment or more");
    }

    private static PlanAnswer ReadAnswer(CborReader r)
    {
        r.ReadStartArray();
        var answer = new PlanAnswer(CanonicalCbor.ReadList(r, x => x.ReadInt64()), r.ReadByteString())
        {
            Withheld = CanonicalCbor.ReadList(r, x => x.ReadInt32()),
            Bounds = r.ReadByteString(),
        };
        r.ReadEndArray();
        return answer;
    }

    internal static string[] Roles(Plan plan) => [.. plan.Tables.Keys.Order(StringComparer.Ordinal)];
}
