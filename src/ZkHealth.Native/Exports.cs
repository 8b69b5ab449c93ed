using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ZkHealth.Accountability.Reports;
using ZkHealth.Statistics;

namespace ZkHealth.Native;

/// <summary>The functions of zkhealth.h. No exception leaves them: what went wrong is a code and a JSON object.</summary>
internal static unsafe class Exports
{
    private const int Fault = -1;

    [UnmanagedCallersOnly(EntryPoint = "zkhealth_verify", CallConvs = [typeof(CallConvCdecl)])]
    public static int Verify(byte* file, nuint length, Request* request, byte** json) =>
        Run(
            json,
            report =>
            {
                VerificationRun run = request is null ? new VerificationRun { Name = "" } : request->Read();
                run.Validate();
                if (!VerificationRun.TryDecode(run.Name, new Bytes(file, length).Copy("file"), report, out ProofFile? proof))
                {
                    return ExitCode.Rejected;
                }

                // an argument that says nothing about this file would be taken for a check that was made
                return run.Expected.Registry is null || proof is AnonymousStatement
                    ? run.Verify(proof, report)
                    : throw new UsageException("request.registry is for proofs of members");
            }
        );

    [UnmanagedCallersOnly(EntryPoint = "zkhealth_describe", CallConvs = [typeof(CallConvCdecl)])]
    public static int Describe(byte* file, nuint length, byte* name, byte** json) =>
        Run(
            json,
            report =>
            {
                string called = Text.Read(name, "name") ?? "";
                return VerificationRun.TryDecode(called, new Bytes(file, length).Copy("file"), report, out ProofFile? proof)
                    ? VerificationRun.Describe(called, proof, report, conditions: true)
                    : ExitCode.Rejected;
            }
        );

    [UnmanagedCallersOnly(EntryPoint = "zkhealth_audit", CallConvs = [typeof(CallConvCdecl)])]
    public static int Audit(byte* ledger, byte* ledgerKey, Bytes checkpoint, byte** json) =>
        Run(
            json,
            report =>
            {
                string path =
                    Text.Read(ledger, "ledger") ?? throw new UsageException("ledger: expected the path of a file, got NULL");
                return AuditRun.Run(
                    path,
                    Text.Read(ledgerKey, "ledger_key"),
                    checkpoint.CopyText("checkpoint"),
                    "checkpoint",
                    report
                );
            }
        );

    [UnmanagedCallersOnly(EntryPoint = "zkhealth_version", CallConvs = [typeof(CallConvCdecl)])]
    public static int Version(byte** json) =>
        Run(
            json,
            report =>
            {
                report.Add(
                    "version",
                    typeof(Exports).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
                );
                report.Add("runtime", ZkHealthRuntime.Describe());
                return ExitCode.Accepted;
            }
        );

    [UnmanagedCallersOnly(EntryPoint = "zkhealth_free", CallConvs = [typeof(CallConvCdecl)])]
    public static void Free(byte* json) => NativeMemory.Free(json);

    private static int Run(byte** json, Func<Report, int> run)
    {
        var report = new Report();
        JsonObject result = report.Json;
        int code;
        try
        {
            code = run(report);
        }
        catch (Exception e) when (e is UsageException or IOException or UnauthorizedAccessException)
        {
            (code, result) = (ExitCode.Usage, new JsonObject { ["reason"] = e.Message });
        }
#pragma warning disable CA1031 // nothing may cross the boundary: the caller's process would end
        catch (Exception e)
        {
            (code, result) = (Fault, new JsonObject { ["reason"] = UsageException.Problem(e.GetBaseException()) });
        }
#pragma warning restore CA1031

        return Give(json, Report.WithVerdict(result, code, report.Verifies)) ? code : Fault;
    }

    /// <summary>Leaves a JSON object with the caller.</summary>
    private static bool Give(byte** json, JsonObject result)
    {
        if (json is null)
        {
            return false;
        }

        *json = null;
        try
        {
            *json = Text.Allocate(Report.ToJson(result));
            return true;
        }
        catch (Exception e) when (e is OutOfMemoryException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
