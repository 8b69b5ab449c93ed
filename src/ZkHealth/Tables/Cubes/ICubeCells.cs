using ZkHealth.Fields;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>The cells of one lookup among the columns of a table: all combinations of codes (<see cref="TableAxes"/>), or a
/// public list (<see cref="Relation"/>).</summary>
internal interface ICubeCells
{
    /// <summary>The columns, by their position in the table.</summary>
    IReadOnlyList<uint> Columns { get; }

    /// <summary>For each column a number above every code of a cell.</summary>
    IReadOnlyList<uint> Domains { get; }

    int CellCount { get; }

    void Absorb(Transcript t);

    /// <summary>Writes alpha − sum of join[j]·code_j for every cell.</summary>
    void Leaves(ReadOnlySpan<Scalar> join, in Scalar alpha, Span<Scalar> leaves);

    /// <summary>Finds the cells of rows from start on, padding in cell 0; false where a row lies in none, which counts in
    /// any.</summary>
    bool TryCells(TableOpening table, int start, Span<int> cells);
}
