using System.Runtime.InteropServices;
using ZkHealth.Accountability.Reports;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Native;

/// <summary>The request of a verification: zkhealth_request, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Request
{
    public nuint Size;
    public byte* Name;
    public byte* Ledger;
    public Bytes Receipt;
    public byte* LedgerKey;
    public Bytes Checkpoint;
    public Bytes Registry;
    public byte* Purpose;
    public byte* Requester;
    public long MaxCells;
    public long MaxMemory;
    public long MaxWork;

    /// <summary>The run that is asked for.</summary>
    /// <exception cref="UsageException">A field cannot be used.</exception>
    public readonly VerificationRun Read()
    {
        if (Size != (nuint)sizeof(Request))
        {
            throw new UsageException($"request.size: expected {sizeof(Request)}, got {Size}: is zkhealth.h of another version?");
        }

        return new VerificationRun
        {
            Name = Text.Read(Name, "request.name") ?? "",
            Ledger = Text.Read(Ledger, "request.ledger"),
            Receipt = Receipt.IsAbsent ? null : Receipt.Copy("request.receipt"),
            LedgerKey = Text.Read(LedgerKey, "request.ledger_key"),
            Checkpoint = Checkpoint.CopyText("request.checkpoint"),
            Expected = new VerificationContext
            {
                Purpose = Text.Read(Purpose, "request.purpose"),
                Requester = Text.Read(Requester, "request.requester"),
                Registry = Registry.IsAbsent ? null : ReadRegistry(Registry.Copy("request.registry")),
                Limits = ReadLimits(),
            },
        };
    }

    private static KeyRegistry ReadRegistry(byte[] bytes) =>
        KeyRegistry.TryDecode(bytes, out KeyRegistry? registry, out string? reason)
            ? registry
            : throw new UsageException($"request.registry: {reason}");

    private readonly VerificationLimits ReadLimits()
    {
        long cells = MaxCells == 0 ? VerificationLimits.DefaultCells : MaxCells;
        if (cells < 1 || cells > TableAxes.MaxCells)
        {
            throw new UsageException($"request.max_cells: expected 1 to {TableAxes.MaxCells}, or 0, got {MaxCells}");
        }

        if (MaxMemory < 0 || MaxWork < 0)
        {
            throw new UsageException(
                $"expected request.max_memory and request.max_work of 0 or more, got {MaxMemory} and {MaxWork}"
            );
        }

        VerificationLimits limits = VerificationLimits.ForCells((int)cells);
        return new VerificationLimits
        {
            MaxCells = limits.MaxCells,
            MaxMemory = MaxMemory == 0 ? limits.MaxMemory : MaxMemory,
            MaxWork = MaxWork == 0 ? limits.MaxWork : MaxWork,
        };
    }
}
