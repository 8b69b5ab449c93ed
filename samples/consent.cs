#!/usr/bin/env -S dotnet run
#:project ../src/ZkHealth.Fhir/ZkHealth.Fhir.csproj
#:property PublishAot=false

// Consents of HL7 FHIR R4 to a region's ledger, and what the ledger holds back as FHIR. The command is native code, and the
// library for FHIR reflects: this sample is the way to both from a shell.
//
//   dotnet run samples/consent.cs import consent.json > body.json     # then: zkhealth act consent-granted --file body.json ...
//   dotnet run samples/consent.cs export LEDGER consent HANDLE        # or: request ID (a Bundle), asset FINGERPRINT (Provenance)
//
// A HANDLE is the subject of a consent in `zkhealth ledger show LEDGER --json`.
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using ZkHealth.Accountability;
using ZkHealth.Fhir;
using ZkHealth.Ledger;

switch (args)
{
    case ["import", string file]:
        GrantReading reading = FhirConsents.Parse(File.ReadAllText(file));
        foreach (string line in reading.Refused.Concat(reading.Withheld))
        {
            Console.Error.WriteLine(line);
        }

        if (reading.Body is null)
        {
            return 1;
        }

        Console.WriteLine(reading.Body);
        return 0;
    case ["export", string path, "consent" or "request" or "asset", string id]:
        using (SqliteLedger ledger = SqliteLedger.Open(path, null, AccountabilityRules.Instance))
        {
            var resources = new LedgerResources(ledger);
            Resource? resource = args[2] switch
            {
                "consent" => resources.FindConsent(id),
                "request" => resources.FindRequest(id),
                _ => resources.FindAsset(id),
            };
            if (resource is null)
            {
                Console.Error.WriteLine($"{path} holds no {args[2]} {id}");
                return 1;
            }

            Console.WriteLine(resource.ToJson(pretty: true));
            return 0;
        }

    default:
        Console.Error.WriteLine("expected: import FILE, or export LEDGER consent|request|asset ID");
        return 2;
}
