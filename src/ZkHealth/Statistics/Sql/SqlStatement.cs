using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>The values of a column of a file that SQL names, such as a list of codes.</summary>
/// <param name="File">The file as the query writes it.</param>
/// <param name="Column">Its column.</param>
/// <param name="Values">The values, each once, in ascending order of their UTF-16 units; an empty text for blank ones, which are
/// NULL.</param>
internal sealed record SqlList(string File, string Column, IReadOnlyList<string> Values)
{
    /// <summary>SHA-256 of the values as canonical CBOR, an array of texts.</summary>
    public byte[] Digest()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        WriteValues(w);
        return SHA256.HashData(w.Encode());
    }

    public void Write(CborWriter w)
    {
        w.WriteStartArray(3);
        w.WriteTextString(File);
        w.WriteTextString(Column);
        WriteValues(w);
        w.WriteEndArray();
    }

    public static SqlList Read(CborReader r)
    {
        r.ReadStartArray();
        var list = new SqlList(r.ReadTextString(), r.ReadTextString(), CanonicalCbor.ReadList(r, x => x.ReadTextString()));
        r.ReadEndArray();
        for (int i = 1; i < list.Values.Count; i++)
        {
            if (string.CompareOrdinal(list.Values[i - 1], list.Values[i]) >= 0)
            {
                throw new FormatException("the values of a list ascend");
            }
        }

        return list;
    }

    private void WriteValues(CborWriter w)
    {
        CanonicalCbor.WriteList(w, Values, value => w.WriteTextString(value));
    }
}

/// <summary>A query as a proof file has it: the text, and everything beside the tables of which its plan is made.</summary>
/// <param name="Text">The query, to the letter.</param>
/// <param name="MinCount">Groups of fewer rows are withheld; 0 for none.</param>
/// <param name="Lists">The lists of files that it names, in the order of files and columns.</param>
internal sealed record SqlStatement(string Text, long MinCount, IReadOnlyList<SqlList> Lists)
{
    /// <summary>The options with which the plan is made anew.</summary>
    public SqlOptions Options =>
        new()
        {
            MinCount = MinCount,
            ReadFile = (file, column) =>
                Lists.FirstOrDefault(l => l.File == file && l.Column == column)?.Values
                ?? throw new FormatException($"the column '{column}' of '{file}' is missing"),
        };

    /// <summary>SHA-256 of its encoding, to which the proof of each number is bound.</summary>
    public byte[] Digest()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        Write(w);
        return SHA256.HashData(w.Encode());
    }

    public void Write(CborWriter w)
    {
        w.WriteStartArray(3);
        w.WriteTextString(Text);
        w.WriteInt64(MinCount);
        CanonicalCbor.WriteList(w, Lists, list => list.Write(w));
        w.WriteEndArray();
    }

    public static SqlStatement Read(CborReader r)
    {
        r.ReadStartArray();
        var statement = new SqlStatement(r.ReadTextString(), r.ReadInt64(), CanonicalCbor.ReadList(r, SqlList.Read));
        r.ReadEndArray();
        return statement.MinCount is >= 0 and <= int.MaxValue
            ? statement
            : throw new FormatException("a smallest count is out of range");
    }
}
