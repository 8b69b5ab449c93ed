using System.Globalization;
using Hl7.Fhir.Model;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;

namespace ZkHealth.Fhir;

/// <summary>Writes the words of server and taker about a use as AuditEvents.</summary>
internal static class UseEvents
{
    private const string Dicom = "http://dicom.nema.org/resources/ontology/DCM",
        EntityType = "http://terminology.hl7.org/CodeSystem/audit-entity-type",
        ObjectRole = "http://terminology.hl7.org/CodeSystem/object-role";

    /// <summary>The event of an entry `used` or `receipt`.</summary>
    /// <param name="use">The leaf of the entry.</param>
    /// <param name="asked">The leaf of its request.</param>
    /// <param name="origin">The name of the log.</param>
    public static AuditEvent Of(HistoryLeaf use, HistoryLeaf asked, string origin)
    {
        bool isServed = use.Act!.Kind == "used";
        string server = isServed ? use.Who : use.Body!.Code("server");
        return new AuditEvent
        {
            Type = new Coding(Codes.Lifecycle, isServed ? "disclose" : "receive"),
            Subtype = [new Coding(Codes.Operations, asked.Body!.Code("operation"))],
            Action = AuditEvent.AuditEventAction.R,
            Recorded = DateTimeOffset.FromUnixTimeMilliseconds(use.Time),
            Outcome = AuditEvent.AuditEventOutcome.N0,
            OutcomeDesc = use.Outcome,
            PurposeOfEvent = [Codes.Concept(Codes.ActReason, asked.Body.Code("purpose"))],
            Agent = [Party("110153", server, isServed ? use.Body : null), Party("110152", asked.Who, isServed ? null : use.Body)],
            Source = new AuditEvent.SourceComponent { Observer = Codes.Named(Codes.Logs, origin) },
            Entity =
            [
                new AuditEvent.EntityComponent
                {
                    What = Codes.Named(Codes.Requests, asked.ActId),
                    Type = new Coding(EntityType, "2"),
                    Role = new Coding(ObjectRole, "24"),
                    Detail = [.. Details(use.Body!)],
                },
                .. Delivered(use.Body!, asked.Body)
                    .Select(h => new AuditEvent.EntityComponent
                    {
                        What = Codes.Named(Codes.Handles, Codes.Hex(h), "Patient"),
                        Type = new Coding(EntityType, "1"),
                        Role = new Coding(ObjectRole, "1"),
                    }),
            ],
        };
    }

    /// <summary>A side: 110153 is the source, 110152 the destination. Whoever signs tells its person by a salted code.</summary>
    private static AuditEvent.AgentComponent Party(string role, string subject, Row? word)
    {
        var agent = new AuditEvent.AgentComponent
        {
            Type = Codes.Concept(Dicom, role),
            Who = Codes.Named(Codes.Members, subject, "Organization"),
            Requestor = role == "110152",
        };
        if (word is not null)
        {
            agent.AltId = Codes.Hex(word.Bytes("person"));
            if (word.Shape == Bodies.UseServed)
            {
                agent.Network = new AuditEvent.NetworkComponent { Address = Codes.Hex(word.Bytes("network")) };
            }
        }

        return agent;
    }

    /// <summary>The handles whose rows a word is about: those that the server names, or all of the request.</summary>
    private static IReadOnlyList<byte[]> Delivered(Row word, Row asked) =>
        word.Shape == Bodies.UseServed && word.List<byte[]>("handles").Count > 0
            ? word.List<byte[]>("handles")
            : asked.List<byte[]>("handles");

    private static IEnumerable<AuditEvent.DetailComponent> Details(Row word)
    {
        yield return Detail("delivery root", Codes.Hex(word.Bytes("root")));
        yield return Detail("rows", word.Whole("rows").ToString(CultureInfo.InvariantCulture));
        if (word.Shape == Bodies.UseServed)
        {
            yield return Detail("bytes", word.Whole("bytes").ToString(CultureInfo.InvariantCulture));
            foreach (string column in word.Codes("columns"))
            {
                yield return Detail("column", column);
            }

            yield return Detail("within the person's rights", word.Flag("withinRights") ? "yes" : "no");
            foreach (byte[] marks in word.List<byte[]>("marks"))
            {
                yield return Detail("commitment to marks", Codes.Hex(marks));
            }
        }
    }

    private static AuditEvent.DetailComponent Detail(string type, string value) =>
        new() { Type = type, Value = new FhirString(value) };
}
