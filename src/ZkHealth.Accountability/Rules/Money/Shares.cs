namespace ZkHealth.Accountability;

/// <summary>The parts of a sum by the parts of an agreement and the weights of a period: each operator the same, the patients,
/// each provider by its weight, all floors; and the dust that they leave.</summary>
internal sealed class Shares
{
    private Shares(long[] operators, long patients, long[] providers, long dust) =>
        (Operators, Patients, Providers, Dust) = (operators, patients, providers, dust);

    /// <summary>The part of each operator.</summary>
    public long[] Operators { get; }

    /// <summary>The part of the patients.</summary>
    public long Patients { get; }

    /// <summary>The part of each provider.</summary>
    public long[] Providers { get; }

    /// <summary>The rest that the floors leave; all of the operators' part where there is none.</summary>
    public long Dust { get; }

    /// <summary>Splits what was paid for a period since its dust was given away last.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="period">The record of a closed period of it.</param>
    public static Shares Of(Row agreement, Row period) => Of(agreement, period, period.Whole("paid") - period.Whole("settled"));

    /// <summary>Splits a sum.</summary>
    public static Shares Of(Row agreement, Row period, long sum)
    {
        long ofOperators = Fees.Booked(agreement.Whole("operatorPart"), sum),
            ofPatients = Fees.Booked(agreement.Whole("patientsPart"), sum);
        long[] providers = Fees.Split(sum - ofOperators - ofPatients, period.List<long>("weights"), out long dust);
        long[] operators = Fees.Split(ofOperators, [.. period.Codes("operators").Select(_ => 1L)], out long rest);
        return new Shares(operators, ofPatients, providers, dust + rest);
    }
}
