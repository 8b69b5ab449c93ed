using System.Formats.Cbor;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>The proof file: canonical CBOR, read strictly.</summary>
public sealed partial class StatisticsProof
{
    internal const string Format = Labels.StatisticsFile;

    /// <summary>
    /// Canonical CBOR: [format, context and cube…, [further segment…], [statistic…], [[released…]…], proof of the released
    /// numbers, proof of inequalities]; a proof that no statistic asks for is empty.
    /// </summary>
    private protected override byte[] Write()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(ProvenTableFile.Items + 6);
        w.WriteTextString(Format);
        _file.Write(w);
        _file.WriteSegments(w);
        WriteStatistics(w, Statistics);
        CanonicalCbor.WriteList(w, _released, numbers => CanonicalCbor.WriteList(w, numbers, w.WriteInt64));
        w.WriteByteString(_proof);
        w.WriteByteString(_constraints);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>[format, table and axes…, [root of a further segment…], [statistic…]].</summary>
    internal static byte[] StatementOf(ProvenTableFile file, IReadOnlyList<Statistic> statistics) =>
        file.Statement(
            Format,
            2,
            w =>
            {
                file.WriteRoots(w);
                WriteStatistics(w, statistics);
            }
        );

    /// <summary>About how many comparisons a statistic makes for each number: the lists of its encoding.</summary>
    private static long Conditions(Statistic statistic)
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        statistic.Write(w);
        var r = new CborReader(w.Encode(), CborConformanceMode.Canonical);
        long lists = 0;
        for (CborReaderState state = r.PeekState(); state != CborReaderState.Finished; state = r.PeekState())
        {
            if (state == CborReaderState.StartArray)
            {
                lists++;
                r.ReadStartArray();
            }
            else if (state == CborReaderState.EndArray)
            {
                r.ReadEndArray();
            }
            else
            {
                r.SkipValue();
            }
        }

        return lists;
    }

    private static void WriteStatistics(CborWriter w, IReadOnlyList<Statistic> statistics) =>
        CanonicalCbor.WriteList(w, statistics, statistic => statistic.Write(w));

    /// <summary>Reads what follows the format. The statements fit the schema and the cube, or it is refused.</summary>
    internal static StatisticsProof Read(CborReader r)
    {
        ProvenTableFile file = ProvenTableFile.Read(r).ReadSegments(r);
        List<Statistic> statistics = CanonicalCbor.ReadList(r, Statistic.Read, MaxStatistics);
        List<long[]> released = CanonicalCbor.ReadList(
            r,
            x => CanonicalCbor.ReadList(x, y => y.ReadInt64(), MaxWeights).ToArray(),
            MaxStatistics
        );
        var proof = new StatisticsProof(file, statistics, [.. released], r.ReadByteString(), r.ReadByteString());
        long rows = MaxWeights / file.Axes.AllCells,
            conditions = 0;
        foreach (Statistic statistic in statistics)
        {
            // a number for each value of its columns at most
            long numbers = 1;
            foreach (int j in statistic.Columns.Distinct().Select(c => file.Schema.IndexOf(c)))
            {
                numbers = Math.Min(rows, j < 0 ? numbers : numbers * file.Schema.Columns[j].Domain);
            }

            conditions += Conditions(statistic) * Math.Max(1, numbers);
        }

        // so that what it claims can be said in words
        if (conditions > MaxConditions)
        {
            throw new FormatException("its conditions are too long for so many numbers");
        }

        if (proof.Misfit(file.Axes.FirstCell(), out _) is string misfit)
        {
            throw new FormatException(misfit);
        }

        return proof;
    }
}
