using System.Text;
using Xunit;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests;

/// <summary>Sources that refer to each other: identifiers become the numbers of rows, and are forgotten.</summary>
public class RelatedImportTests
{
    private static readonly byte[] Owner = new byte[32];

    private static readonly ImportSchema Patients = ImportSchema.Parse(
        """
        { "name": "patients", "columns": [
          { "name": "id", "source": "person_id", "kind": "identifier", "missing": ["?"] },
          { "name": "sex", "kind": "category", "values": [{ "code": "f" }, { "code": "m" }] } ] }
        """u8
    );

    private static readonly ImportSchema Visits = ImportSchema.Parse(
        """
        { "name": "visits", "columns": [
          { "name": "patient", "source": "person_id", "kind": "key", "of": "patients", "atMost": 3 },
          { "name": "inpatient", "kind": "yes-no" } ] }
        """u8
    );

    private const string PatientRows = "person_id,sex\nA7,f\n?,f\n007,m\nan identifier of many characters,m\n";

    private static MemoryStream Of(string csv) => new MemoryStream(Encoding.UTF8.GetBytes(csv));

    private static (TableOpeningFile Patients, ImportResult Visits) Import(
        string visits,
        string patients = PatientRows,
        ImportSchema? entities = null,
        ImportSchema? events = null,
        ImportOptions? options = null
    )
    {
        var related = new RelatedImport();
        TableOpeningFile table = related.Commit(related.Import(Of(patients), "p.csv", entities ?? Patients, options), Owner);
        return (table, related.Import(Of(visits), "v.csv", events ?? Visits, options));
    }

    private static string Fault(string visits, string patients = PatientRows, ImportOptions? options = null) =>
        Assert.Throws<ImportException>(() => Import(visits, patients, options: options)).Message;

    /// <summary>A spreadsheet takes the zeros before an identifier away: visits named nobody, and the report counted them without
    /// a word on why.</summary>
    [Theory]
    [InlineData("7", "'7' names nobody, and '007' is the identifier of a row of 'patients'")]
    [InlineData("00A7", "'00A7' names nobody, and 'A7' is the identifier of a row of 'patients'")]
    [InlineData("a7", "'a7' names nobody, and 'A7' is the identifier of a row of 'patients'")]
    [InlineData("8", null)]
    public void Identifiers_that_are_written_in_two_ways_are_said(string identifier, string? remark)
    {
        (TableOpeningFile patients, ImportResult visits) = Import($"person_id,inpatient\n007,yes\n{identifier},no\n");
        using (patients)
        {
            Assert.Equal([3u, 0u], visits.Table.Codes(1).ToArray());
            Assert.Equal(
                remark is null ? [] : [$"column 'person_id': {remark}; write identifiers in one way in both files"],
                visits.Report.Hints
            );
        }
    }

    /// <summary>Of two rows of one identifier the second alone was named.</summary>
    [Fact]
    public void The_row_that_has_an_identifier_already_is_named()
    {
        ImportSchema schema = ImportSchema.Parse(
            """
            { "name": "p", "columns": [ { "name": "id", "kind": "identifier" }, { "name": "ill", "kind": "yes-no" } ] }
            """u8
        );
        string message = Assert
            .Throws<ImportException>(() => CsvImporter.Import(Of("id,ill\n5,yes\n6,no\n7,no\n6,no\n"), "p.csv", schema))
            .Message;
        Assert.StartsWith("p.csv, line 5, column 'id': ", message, StringComparison.Ordinal);
        Assert.EndsWith(", got '6'; row 2 has it too", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_the_numbers_of_rows()
    {
        (TableOpeningFile patients, ImportResult visits) = Import(
            "person_id,inpatient\n007,yes\nan identifier of many characters,no\nA7,no\n 007 ,no\n7,no\n,yes\n?,no\n"
        );
        using (patients)
        {
            // a row without an identifier is a row, and no key names it
            Assert.Equal([3u, 4u, 1u, 3u, 0u, 0u, 0u], visits.Table.Codes(1).ToArray());
            Assert.Equal((1L, 2L), (visits.Report.Columns[0].Missing, visits.Report.Columns[0].Nobody));
            var key = Assert.IsType<KeyColumn>(visits.Table.Schema.Columns[1]);
            Assert.Equal(
                (Convert.ToHexString(patients.Committed.Commitment.Root.Span).ToLowerInvariant(), 3u),
                (key.Of, key.AtMost)
            );
            // the guard counts persons, and not visits
            Assert.Equal(visits.Table.Codes(1).ToArray(), visits.Persons.ToArray());
        }
    }

    /// <summary>Neither the committed table nor the owner's file holds an identifier, or a digest of one.</summary>
    [Fact]
    public void Identifiers_are_forgotten()
    {
        (TableOpeningFile patients, _) = Import("person_id,inpatient\n007,yes\n");
        using (patients)
        {
            Assert.Equal(["row", "sex"], patients.Coded.Schema.Columns.Select(c => c.Name));
            Assert.True(patients.Persons.IsEmpty);
        }
    }

    [Theory]
    [InlineData(
        "person_id,inpatient\n007,yes\n007,yes\n007,yes\n007,yes\nA7,no\n",
        "v.csv: 1 row of 'patients' is named by more than 3 rows each: state a larger \"atMost\" for column 'patient' in the schema (--at-most of try)"
    )]
    [InlineData("person_id,inpatient\n7,yes\n,yes\n", "v.csv: no row of column 'patient' names a row of 'patients'")]
    [InlineData("patient,inpatient\n7,yes\n", "v.csv, line 1: there is no column 'person_id'")]
    public void Keys_at_fault_are_refused(string visits, string message) =>
        Assert.Contains(message, Fault(visits), StringComparison.Ordinal);

    /// <summary>The bound is published: an error that told the largest number would end up in the schema.</summary>
    [Fact]
    public void A_bound_that_is_exceeded_does_not_show_the_largest_number()
    {
        string visits = "person_id,inpatient\n" + string.Concat(Enumerable.Repeat("007,yes\nA7,no\n", 977));
        string fault = Fault(visits);
        Assert.Contains("2 rows of 'patients' are named by more than 3", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("977", fault, StringComparison.Ordinal);
    }

    /// <summary>With unknown values taken as missing, the second of two rows of one person became a patient without
    /// events.</summary>
    [Theory]
    [InlineData(
        "person_id,sex\nA7,f\nB,m\n A7,m\n",
        "p.csv, line 4, column 'person_id': expected an identifier that no other row has"
    )]
    [InlineData("person_id,sex\nA7,f\n,m\n", "p.csv, line 3, column 'person_id': expected an identifier that no other row has")]
    public void Identifiers_are_distinct_whatever_is_asked(string patients, string message)
    {
        var options = new ImportOptions { Unknown = UnknownValues.Missing };
        Assert.Contains(message, Fault("person_id,inpatient\nA7,yes\n", patients, options), StringComparison.Ordinal);
        ImportReport report = CsvImporter.Check(Of(patients), "p.csv", Patients, options);
        Assert.Equal((1L, 1L), (report.Refused, report.Columns[1].Unknown));
    }

    /// <summary>A check reads one source: whom its keys name is not known there, and no fault.</summary>
    [Fact]
    public void A_check_takes_any_key()
    {
        ImportReport report = CsvImporter.Check(Of("person_id,inpatient\nB,yes\n,no\n"), "v.csv", Visits);
        Assert.Equal((0L, 0L, 1L), (report.Refused, report.Columns[0].Nobody, report.Columns[0].Missing));
    }

    [Fact]
    public void A_source_with_keys_is_not_imported_alone() =>
        Assert.Contains(
            "column 'person_id' names rows of the table 'patients': import its source together with this one",
            Assert.Throws<ImportException>(() => CsvImporter.Import(Of("person_id,inpatient\nB,yes\n"), "v.csv", Visits)).Message,
            StringComparison.Ordinal
        );

    /// <summary>`zkhealth try --key visits.person_id=patients.person_id` puts keys into schemas that know nothing of
    /// them.</summary>
    [Fact]
    public void Keys_are_put_into_any_schema()
    {
        ImportSchema entities = ImportSchema.Parse(
            """
            { "name": "patients", "columns": [
              { "name": "pid", "source": "person_id", "kind": "person" },
              { "name": "number", "source": "person_id", "kind": "integer", "min": 0, "max": 99 },
              { "name": "sex", "kind": "category", "values": [{ "code": "f" }, { "code": "m" }] } ] }
            """u8
        );
        ImportSchema events = ImportSchema.Parse(
            """
            { "name": "visits", "columns": [
              { "name": "person_id", "kind": "integer", "min": 0, "max": 99 },
              { "name": "inpatient", "kind": "yes-no" } ] }
            """u8
        );
        (TableOpeningFile patients, ImportResult visits) = Import(
            "person_id,inpatient\n9,yes\n7,no\n9,no\n",
            "person_id,sex\n7,f\n9,m\n",
            entities.WithIdentifier("person_id").WithIdentifier("person_id"),
            events.WithKey("person_id", "patients")
        );
        using (patients)
        {
            Assert.Equal(["row", "sex"], patients.Coded.Schema.Columns.Select(c => c.Name));
            Assert.Equal([1u, 2u], patients.Persons.ToArray());
            Assert.Equal(["row", "inpatient", "person_id"], visits.Table.Schema.Columns.Select(c => c.Name));
            Assert.Equal([2u, 1u, 2u], visits.Table.Codes(2).ToArray());
            Assert.Equal([2u, 1u, 1u], visits.Table.Codes(1).ToArray());
            Assert.Equal(KeyColumn.DefaultAtMost, Assert.IsType<KeyColumn>(visits.Table.Schema.Columns[2]).AtMost);
        }

        Assert.Contains(
            "identifies the rows already",
            Assert.Throws<ArgumentException>(() => Patients.WithIdentifier("mrn")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Tables_come_before_those_that_refer_to_them()
    {
        ImportSchema diagnoses = ImportSchema.Parse(
            """
            { "name": "diagnoses", "columns": [
              { "name": "visit", "kind": "key", "of": "visits" }, { "name": "patient", "kind": "key", "of": "patients" } ] }
            """u8
        );
        Assert.Equal([2, 1, 0], RelatedImport.Order([diagnoses, Visits.WithIdentifier("visit_id"), Patients]));
        string Fault(params ImportSchema[] schemas) =>
            Assert.Throws<ArgumentException>(() => RelatedImport.Order(schemas)).Message;
        Assert.Contains("names rows of the table 'patients': give its source too", Fault(Visits), StringComparison.Ordinal);
        Assert.Contains(
            "needs a column of the kind \"identifier\"",
            Fault(diagnoses, Visits, Patients),
            StringComparison.Ordinal
        );
        Assert.Contains("two schemas have the name 'visits'", Fault(Visits, Patients, Visits), StringComparison.Ordinal);
        Assert.Contains(
            "in a circle",
            Fault(Visits.WithIdentifier("v"), Patients.WithKey("last", "visits")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("""{ "name": "k", "kind": "key" }""", "needs the member \"of\"")]
    [InlineData("""{ "name": "k", "kind": "key", "of": "" }""", "'of' is the name of the table whose rows it names")]
    [InlineData("""{ "name": "k", "kind": "key", "of": "p", "atMost": 0 }""", "a whole number from 1 to 1048575")]
    [InlineData("""{ "name": "k", "kind": "key", "of": "p", "atMost": 1048576 }""", "a whole number from 1 to 1048575")]
    [InlineData("""{ "name": "k", "kind": "identifier", "of": "p" }""", "unknown member 'of'")]
    [InlineData(
        """{ "name": "k", "kind": "identifier" }, { "name": "l", "kind": "identifier" }""",
        "a table has one identifier column, and 'k' is one"
    )]
    public void Schemas_at_fault_are_refused(string columns, string message) =>
        Assert.Contains(
            message,
            Assert
                .Throws<FormatException>(() =>
                    ImportSchema.Parse(Encoding.UTF8.GetBytes($$"""{ "name": "t", "columns": [ {{columns}} ] }"""))
                )
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void The_committed_schema_holds_the_bound()
    {
        var schema = new TableSchema("t", [new KeyColumn("k", "00", 1), new KeyColumn("l", "ab/consents")]);
        Assert.True(TableSchema.TryDecode(schema.Encode(), out TableSchema? again, out string? reason), reason);
        Assert.Equal(schema.Columns, again.Columns);
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyColumn("k", "00", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyColumn("k", "00", 1 << 20));
    }
}
