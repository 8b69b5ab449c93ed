using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics.Plans;

/// <summary>Random plans of the builder over small random tables, with values missing and visits of nobody, against columns that
/// are kept here as plain arrays: maps, totals with and without weights, joins and cubes of either table, proven and
/// verified.</summary>
public class RandomPlanTests
{
    private const int Most = 40; // visits

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void A_plan_gives_what_a_plain_evaluator_gives(int seed)
    {
        using var tables = new PlainTables(new Random(seed));
        for (int i = 0; i < 8; i++)
        {
            tables.Step();
        }

        tables.Ask("patients");
        tables.Ask("visits");
        Plan plan = tables.Builder.Build();
        PlanProof proof = PlanProof.Prove(plan, tables.Openings, PlanCase.Context, new DisclosureGuard(0));
        Assert.Equal(tables.Expected, proof.Numbers.Select(n => n.ToArray()));
        Assert.True(PlanProof.TryDecode(proof.Encode(), out PlanProof? read, out string? reason), reason);
        Assert.Equal(VerificationResult.Accepted, read.Verify().Result);
    }

    /// <summary>A column: its codes, how many there may be, and whether they are named values.</summary>
    private sealed record PlainColumn(string Name, uint[] Codes, uint Domain, bool IsCoded);

    private sealed class PlainTables : IDisposable
    {
        private readonly Random _random;
        private readonly Dictionary<string, List<PlainColumn>> _columns = [];
        private readonly uint[] _key;
        private int _names;

        public PlainTables(Random random)
        {
            _random = random;
            int people = random.Next(3, 14),
                visits = random.Next(1, Most);
            uint[] Codes(int rows, uint domain) => [.. Enumerable.Range(0, rows).Select(_ => (uint)random.Next((int)domain))];
            (uint sexes, uint codes, uint days) = (3, (uint)random.Next(3, 6), (uint)random.Next(2, 5));
            _columns["patients"] =
            [
                new("row", [.. Enumerable.Repeat(1u, people)], 2, true),
                new("sex", Codes(people, sexes), sexes, true),
            ];
            _key = Codes(visits, (uint)people + 1);
            _columns["visits"] =
            [
                new("row", [.. Enumerable.Repeat(1u, visits)], 2, true),
                new("code", Codes(visits, codes), codes, true),
                new("days", Codes(visits, days), days, true),
            ];
            TableOpening patients = Commit("patients", [Category(_columns["patients"][1])], [_columns["patients"][1].Codes]);
            TableOpening events = Commit(
                "visits",
                [
                    new KeyColumn("patient", Convert.ToHexStringLower(patients.Commitment.Root.Span)),
                    Category(_columns["visits"][1]),
                    Category(_columns["visits"][2]),
                ],
                [_key, _columns["visits"][1].Codes, _columns["visits"][2].Codes]
            );
            Openings = new() { ["patients"] = patients, ["visits"] = events };
            Builder.AddTable("patients", patients.Commitment, "patients").AddTable("visits", events.Commitment, "visits");
        }

        public PlanBuilder Builder { get; } = new();

        public Dictionary<string, TableOpening> Openings { get; }

        public List<long[]> Expected { get; } = [];

        /// <summary>Takes a random step, and the same in plain arrays.</summary>
        public void Step()
        {
            switch (_random.Next(4))
            {
                case 0:
                    MapToCategories(_random.Next(2) == 0 ? "patients" : "visits");
                    break;
                case 1:
                    MapToNumber();
                    break;
                case 2:
                    Total();
                    break;
                default:
                    Join();
                    break;
            }
        }

        /// <summary>Asks two numbers of a cube of up to three columns, one of them of named values.</summary>
        public void Ask(string role)
        {
            PlainColumn[] axes = Sources(role, 1 + _random.Next(3));
            long[] weights = [.. Enumerable.Range(0, 7).Select(_ => (long)_random.Next(-5, 9))];
            long First(IReadOnlyList<uint> cell) => weights[cell.Sum(c => c) % 7];
            long Second(IReadOnlyList<uint> cell) => cell[0] + 1;
            Builder.Ask(role, [.. axes.Select(a => a.Name)], First, Second);
            uint[][] cells = [.. Rows(axes).Where(cell => axes.Zip(cell).Any(c => c.First.IsCoded && c.Second != 0))];
            Expected.Add([cells.Sum(First), cells.Sum(Second)]);
        }

        public void Dispose()
        {
            foreach (TableOpening table in Openings.Values)
            {
                table.Dispose();
            }
        }

        private void MapToCategories(string role)
        {
            PlainColumn[] sources = Sources(role, 1 + _random.Next(2));
            uint domain = (uint)_random.Next(2, 4),
                shift = (uint)_random.Next(4);

            // none of nothing, something of what is known in full, and in between either
            uint Map(IReadOnlyList<uint> codes)
            {
                bool[] known = [.. sources.Zip(codes).Where(c => c.First.IsCoded).Select(c => c.Second != 0)];
                uint value = (uint)((codes.Sum(c => c) + shift) % domain);
                return !known.Contains(true) ? 0
                    : value == 0 && !known.Contains(false) ? domain
                    : value;
            }

            string name = Name();
            Builder.MapToCategories(
                role,
                name,
                [.. Enumerable.Range(1, (int)domain).Select(i => $"v{i}")],
                [.. sources.Select(s => s.Name)],
                Map
            );
            Add(role, new PlainColumn(name, [.. Rows(sources).Select(Map)], domain + 1, true));
        }

        private void MapToNumber()
        {
            PlainColumn source = Sources("visits", 1)[0];
            uint most = (uint)_random.Next(1, 4);
            uint Map(IReadOnlyList<uint> codes) => codes[0] == 0 ? 0 : codes[0] % (most + 1);
            string name = Name();
            Builder.MapToNumber("visits", name, most, [source.Name], Map);
            Add("visits", new PlainColumn(name, [.. Rows([source]).Select(Map)], most + 1, false));
        }

        private void Total()
        {
            PlainColumn? weight = _columns["visits"].LastOrDefault(c => !c.IsCoded);
            weight = _random.Next(3) == 0 ? null : weight;
            uint most = Most * (weight?.Domain ?? 1);
            var totals = new uint[_columns["patients"][0].Codes.Length];
            for (int i = 0; i < _key.Length; i++)
            {
                if (_key[i] != 0)
                {
                    totals[_key[i] - 1] += weight?.Codes[i] ?? 1;
                }
            }

            string name = Name();
            Builder.Total("patients", name, most, "visits", "patient", weight?.Name);
            Add("patients", new PlainColumn(name, totals, most + 1, false));
        }

        private void Join()
        {
            PlainColumn[] coded = [.. _columns["patients"].Where(c => c.IsCoded)];
            PlainColumn source = coded[_random.Next(coded.Length)];
            string prefix = Name();
            Builder.Join("visits", "patient", "patients", prefix, source.Name);
            uint[] joined = [.. _key.Select(k => k == 0 ? 0 : source.Codes[k - 1])];
            Add("visits", source with { Name = prefix + source.Name, Codes = joined });
        }

        private void Add(string role, PlainColumn column) => _columns[role].Add(column);

        private string Name() => $"column {++_names} ";

        /// <summary>Distinct columns, the first of named values, with few combinations.</summary>
        private PlainColumn[] Sources(string role, int count)
        {
            PlainColumn[] coded = [.. _columns[role].Where(c => c.IsCoded)];
            var sources = new List<PlainColumn> { coded[_random.Next(coded.Length)] };
            while (sources.Count < count)
            {
                PlainColumn next = _columns[role][_random.Next(_columns[role].Count)];
                if (sources.Contains(next))
                {
                    break;
                }

                sources.Add(next);
            }

            return [.. sources];
        }

        private static IEnumerable<uint[]> Rows(PlainColumn[] columns) =>
            Enumerable.Range(0, columns[0].Codes.Length).Select(i => columns.Select(c => c.Codes[i]).ToArray());

        private static CategoryColumn Category(PlainColumn column) =>
            new(column.Name, [.. Enumerable.Range(1, (int)column.Domain - 1).Select(i => new Category($"{i}", $"{i}"))]);

        private static TableOpening Commit(string name, ColumnSchema[] columns, uint[][] codes)
        {
            using var secret = TableSecret.Create();
            return TableOpening.Commit(new CodedTable(new TableSchema(name, columns), codes), new byte[32], secret);
        }
    }
}
