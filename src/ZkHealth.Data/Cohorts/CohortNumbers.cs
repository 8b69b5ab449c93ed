namespace ZkHealth.Data;

/// <summary>The numbers of a stratum.</summary>
/// <param name="Persons">Persons at risk, or observed.</param>
/// <param name="Outcomes">Those with the outcome.</param>
/// <param name="Days">The days at risk; 0 for a prevalence.</param>
internal sealed record CohortNumbers(long Persons, long Outcomes, long Days)
{
    /// <summary>Reads the numbers of a proof: for each way to divide persons and each stratum of it.</summary>
    public static IReadOnlyList<IReadOnlyList<CohortNumbers>> Read(
        IReadOnlyList<IReadOnlyList<long>> numbers,
        IReadOnlyList<CohortStrata> strata,
        bool isIncidence
    )
    {
        int questions = isIncidence ? 3 : 1;
        return
        [
            .. strata.Select(
                (by, i) =>
                    (CohortNumbers[])
                        [
                            .. by.Levels.Select(
                                (_, level) =>
                                {
                                    IReadOnlyList<long> first = numbers[questions * i];
                                    long days = isIncidence
                                        ? first[3 * level + 2]
                                            + numbers[questions * i + 1][level]
                                            - numbers[questions * i + 2][level]
                                        : 0;
                                    return new CohortNumbers(first[3 * level], first[3 * level + 1], days);
                                }
                            ),
                        ]
            ),
        ];
    }
}
