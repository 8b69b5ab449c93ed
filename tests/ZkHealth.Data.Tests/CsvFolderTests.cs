using Xunit;

namespace ZkHealth.Data.Tests;

/// <summary>
/// Simple queries over random folders of CSV files: an answer is that of DuckDB, which finds the types of the columns out for
/// itself, unless a note says that a column is taken for something else there; and a refusal says what it is about. The seeds are
/// fixed.
/// </summary>
public sealed class CsvFolderTests
{
    private const int Folders = 5;

    // what notes say of columns that are numbers, dates or truth values here and texts in DuckDB, or times there
    private static readonly string[] Differing =
    [
        "which DuckDB takes for",
        "a column of texts in DuckDB",
        " is read as ",
        "those of clock times",
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Answers_about_files_as_people_write_them_are_those_of_DuckDB(int group)
    {
        int asked = 0,
            answered = 0;
        for (int seed = group * Folders; seed < (group + 1) * Folders; seed++)
        {
            using var folder = new CsvFolderQueries(seed);
            foreach (string sql in folder.Queries().Where((_, i) => i % 9 == 3 * group))
            {
                string? theirs = folder.Duck(sql);
                (string? mine, string? refused, IReadOnlyList<string> notes) = folder.Ask(sql);
                bool isSaid = notes.Any(n => Differing.Any(d => n.Contains(d, StringComparison.Ordinal)));
                Assert.True(mine is null || mine == theirs || isSaid, $"folder {seed}: {sql}\nDuckDB: {theirs}\nhere: {mine}");
                Assert.True(
                    refused?.Contains("(Parameter", StringComparison.Ordinal) != true,
                    $"folder {seed}: {sql} is refused as {refused}"
                );
                asked++;
                answered += mine is null ? 0 : 1;
            }
        }

        Assert.InRange(answered, asked / 2, asked);
    }
}
