using System.Text;
using Xunit;
using ZkHealth.Cli.Commands;
using ZkHealth.Data;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>
/// Profiles are read by the reader of the tables: one grammar, faults with their line. The reader before it took `a"b` for a
/// text, an open quote for the rest of the file, and named no line.
/// </summary>
public sealed class ProfileFileTests : TemporaryFolder
{
    private static readonly TableSchema Schema = new(
        "t",
        [
            new CategoryColumn("sex", [new Category("f", "female, all"), new Category("m", "male")]),
            new BandColumn("age", [new Band("0-64", 0, 64), new Band("65+", 65, null)]),
        ]
    );

    private long[] Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private long[] Read(byte[] bytes)
    {
        File.WriteAllBytes(Path.Combine(Folder, "p.csv"), bytes);
        return ProfileFile.Read(Path.Combine(Folder, "p.csv"), Schema, ["sex", "age"]);
    }

    [Theory]
    [InlineData("sex,age,weight\nf,0-64,1\nf,65+,2\nm,0-64,3\nm,65+,4\n")]
    [InlineData("\uFEFFweight;note;age;sex\r\n4;x;65+;male\r\n3;;0-64;m\r\n\r\n2;;65+;\"female, all\"\r\n1;\"\";0-64; f \r\n")]
    public void Weights_are_in_the_order_of_the_strata(string text)
    {
        Assert.Equal([1L, 2, 3, 4], Read(text));
        Assert.Equal(
            [1L, 2, 3, 4],
            Read(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(text.TrimStart('\uFEFF'))).ToArray())
        );
    }

    [Theory]
    [InlineData("sex,age\nf,0-64\n", "p.csv, line 1: there is no column 'weight'; the header has 'sex', 'age'")]
    [InlineData(
        "sex,age,weight\nf,0-64,1\nx,65+,2\n",
        "p.csv, line 3, column 'sex': expected a value that the table's column 'sex' has, got 'x'"
    )]
    [InlineData("sex,age,weight\nf,0-64,1,5\n", "p.csv, line 2: expected 3 fields")]
    [InlineData("sex,age,weight\nf,0-64,\"1\nf,65+,2\n", "p.csv, line 2: the quote that opens here does not close")]
    [InlineData(
        "sex,age,weight\nf,0-64,0\n",
        "p.csv, line 2, column 'weight': expected a whole number from 1 to 1000000000000, got '0'"
    )]
    [InlineData("sex,age,weight\nf,0-64,1.5\n", "got '1.5'")]
    [InlineData("sex,age,weight\nf,0-64,1000000000001\n", "got '1000000000001'")]
    [InlineData("sex,age,weight\nf,0-64,1\nfemale,0-64,1\n", "column 'sex': expected")]
    [InlineData("sex,age,weight\nf,0-64,1\nf,0-64,1\n", "there are two of f, 0-64")]
    [InlineData("sex,age,weight\nf,0-64,1\nm,0-64,1\nm,65+,1\n", "there is no weight for female, all, 65+")]
    public void Faults_are_named(string text, string message)
    {
        Exception fault = Assert.ThrowsAny<Exception>(() => Read(text));
        Assert.True(fault is ImportException or UsageException, fault.ToString());
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }
}
