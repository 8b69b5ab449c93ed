#!/usr/bin/env -S dotnet run
#:project ../src/ZkHealth.Accountability/ZkHealth.Accountability.csproj
#:project ../src/ZkHealth.Data/ZkHealth.Data.csproj
#:package ScottPlot
#:property PublishAot=false
#:property TieredCompilation=false

// Ten hospitals train a logistic regression for diabetes without showing an update: each commits to it, proves its range and norm
// on a ledger, and deals it to a committee of five that opens nothing but the weighted sum. One hospital poisons its updates:
// over the norm they never enter, within the bounds they are traced, and opened to an auditor under quorum.
//
//   dotnet run samples/federated-diabetes.cs -- [CSV] [FOLDER]
//
// CSV: a header, and rows of numbers whose first is 2 for who has diabetes; ../shared/data/brfss2015.csv if left out, or invented
// patients where that is missing (docs/learning.md says what it is and where to get it).
// The folder gets the ledger (look at it with `zkhealth learning trace FOLDER/ledger`), accuracy.png and accuracy.svg.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Tables;

const int Rounds = 20,
    LocalSteps = 5,
    Hospitals = 10,
    Poisoner = 9,
    OverTheNorm = 8,
    WithinTheBounds = 10,
    AskedAt = 12;
const double Rate = 0.5,
    Norm = 1.2;

string csv = args.Length > 0 ? args[0] : "../shared/data/brfss2015.csv";
string folder = args.Length > 1 ? args[1] : "federated-diabetes";
if (args.Length > 0 && !File.Exists(csv))
{
    Console.Error.WriteLine($"there is no file {csv}; without a name the patients are invented");
    return 2;
}

Directory.CreateDirectory(folder);
string ledgerFile = Path.Combine(folder, "ledger");
if (File.Exists(ledgerFile))
{
    Console.Error.WriteLine($"{ledgerFile} exists");
    return 2;
}

// rows: features, standardised by means and spreads that all agreed on (zkhealth prove mean gives them), and 1; every fifth row
// is held out
if (!File.Exists(csv))
{
    Console.WriteLine($"there is no file {csv} (docs/learning.md says where to get it): 14,000 patients are invented instead");
}

(double[][] x, double[] y) = File.Exists(csv) ? Read(File.ReadLines(csv, Encoding.UTF8)) : Read(Invent(14_000));
int[] held = [.. Enumerable.Range(0, x.Length).Where(i => i % 5 == 0)],
    train = [.. Enumerable.Range(0, x.Length).Where(i => i % 5 != 0)];
int entries = x[0].Length;

// hospital k has (k + 5)/95 of the rows
int[][] rows = new int[Hospitals][];
for (int k = 0, from = 0; k < Hospitals; k++)
{
    int to = k == Hospitals - 1 ? train.Length : from + train.Length * (k + 5) / 95;
    rows[k] = train[from..to];
    from = to;
}

// a ledger, and a board over it for each hospital
using SigningKey ledgerKey = SigningKey.Create();
using SqliteLedger ledger = SqliteLedger.Create(
    ledgerFile,
    "sample.example.org/learning",
    ledgerKey,
    AccountabilityRules.Instance
);
(SigningKey Key, LedgerBoard Board, PartyId Id, int[] Rows)[] hospitals =
[
    .. rows.Select(r =>
        {
            SigningKey key = SigningKey.Create();
            var board = new LedgerBoard(ledger, BlobFolder.Beside(ledgerFile), key);
            return (key, board, board.Author!.Value, r);
        })
        .OrderBy(h => h.Item3),
];
int poisoner = Array.FindIndex(hospitals, h => h.Rows == rows[Poisoner]);
string[] names = [.. hospitals.Select(h => $"hospital {Array.IndexOf(rows, h.Rows) + 1}")];
for (int i = 0; i < Hospitals; i++)
{
    CommitteeMember.Register(hospitals[i].Board, names[i]);
}

PartyId[] committee = [.. hospitals.Where((_, i) => i != poisoner).Take(5).Select(h => h.Id)];
var quorum = new OpeningQuorum(committee, 3);
var model = LearningModel.Found("diabetes", [.. hospitals.Select(h => h.Id).Order()], [.. committee.Order()], quorum);
Quantiser quantiser = Quantiser.ForClip(1, 8, Rounding.Stochastic);
using AuditorKey auditor = AuditorKey.Create();

var (weights, central) = (new double[entries], new double[entries]);
var curve = new List<(double Accuracy, double Auc, double Central)>();
HashSet<PartyId> excluded = [];
for (int round = 0; round < Rounds; round++)
{
    var terms = new RoundTerms(model, round, entries, quantiser, quantiser.SquaredNormBound(Norm), 4096, quorum, Rounds);
    int[] taking = [.. Enumerable.Range(0, Hospitals).Where(i => !excluded.Contains(hospitals[i].Id))];
    byte[] sid = Session(terms, taking, out byte[] approved, out CommitteeMember[] members);
    var log = new RoundLog(hospitals[0].Board, model.Id.Span);
    log.Begin(round, sid);

    var updates = new Dictionary<int, ProvenUpdateOpening>();
    foreach (int i in taking)
    {
        double[] update = Local(weights, hospitals[i].Rows);
        RoundTerms own = terms;
        double largest = quantiser.SafeNorm(terms.SquaredNorm, entries);
        if (i == poisoner && round is OverTheNorm or >= WithinTheBounds)
        {
            // it wants the strongest signs of diabetes to speak against it: three times over the norm, later just within it
            update = [.. weights.Select((w, j) => Math.Abs(w) > 0.2 ? -w : 0.1)];
            double scale = (round == OverTheNorm ? 3 * Norm : largest) / Math.Sqrt(update.Sum(u => u * u));
            update = [.. update.Select(u => u * scale)];
            own =
                round == OverTheNorm
                    ? new RoundTerms(model, round, entries, quantiser, terms.SquaredNorm * 100, 4096, quorum, Rounds)
                    : terms;
        }
        else
        {
            Quantiser.ClipNorm(update, largest);
        }

        using var secret = TableSecret.Create();
        ProvenUpdateOpening proven;
        UpdateOpening committed = UpdateOpening.Commit(quantiser.Quantise(update), terms, sid, hospitals[i].Id, secret);
        try
        {
            proven = ProvenUpdateOpening.Prove(committed);
        }
        catch (ArgumentException e)
        {
            // what it can do is to prove under a bound of its own, and deal that
            Console.WriteLine($"  {names[i]} cannot prove its update: {e.Message}");
            committed.Dispose();
            committed = UpdateOpening.Commit(quantiser.Quantise(update), own, sid, hospitals[i].Id, secret);
            proven = ProvenUpdateOpening.Prove(committed);
        }

        PublishedTables.Publish(ledger, committed.Commitment, hospitals[i].Key, terms.Table.Name);
        var dealer = new Dealer(hospitals[i].Board, sid, UpdatePolicy.Rules);
        Must(dealer.Approve(approved));
        Must(proven.Deal(dealer, (ulong)hospitals[i].Rows.Length));
        updates[i] = proven;
    }

    foreach (
        Func<CommitteeMember, StepOutcome> step in (Func<CommitteeMember, StepOutcome>[])
            [
                m => m.CloseCutOff(1),
                m => m.Check(),
                m => m.CloseCutOff(2),
                m => m.CloseCutOff(3),
                m => m.CloseCutOff(4),
                m => m.Freeze(),
                m => m.Share(),
            ]
    )
    {
        // by the threshold of closers a cut-off has come: the others are told so
        Array.ForEach(members, m => step(m));
    }

    AggregateOutcome outcome = new Combiner(hospitals[0].Board, sid, UpdatePolicy.Rules).Combine();
    if (outcome.Status != OutcomeStatus.Verified)
    {
        Console.Error.WriteLine($"round {round}: {outcome.Reason}");
        return 1;
    }

    double[] mean = RoundResult.Decode(quantiser, outcome.Vector.Span[..entries], (long)outcome.TotalWeight);
    weights = [.. weights.Zip(mean, (w, m) => w + m)];
    central = [.. central.Zip(Local(central, train), (w, m) => w + m)];
    curve.Add((Accuracy(weights), Auc(weights), Accuracy(central)));
    log.Evaluate(new RoundEvaluated(round, "held-out rows", [new("accuracy", curve[^1].Accuracy), new("AUC", curve[^1].Auc)]));
    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"round {round, 2}: {outcome.Contributors.Count} contributors, accuracy {curve[^1].Accuracy:p2} (central {curve[^1].Central:p2}), AUC {curve[^1].Auc:f4}"
        )
    );
    foreach (Finding finding in outcome.Findings)
    {
        Console.WriteLine(
            $"  {names[Array.FindIndex(hospitals, h => h.Id == finding.Party)]} is not in the sum: {finding.Reason}"
        );
    }

    if (round == AskedAt)
    {
        excluded.Add(Trace(round, updates, log));
    }

    foreach (ProvenUpdateOpening update in updates.Values)
    {
        update.Dispose();
    }
}

double accuracy = curve[^1].Accuracy,
    reference = Accuracy(central);
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"held-out rows: federated accuracy {accuracy:p2}, AUC {Auc(weights):f4}; central accuracy {reference:p2}, AUC {Auc(central):f4}; always \"no\": {1 - held.Average(i => y[i]):p2}"
    )
);
Plot();
return Math.Abs(accuracy - reference) <= 0.01 && excluded.SetEquals([hospitals[poisoner].Id]) ? 0 : 1;

// a member's own records, on its own disk
MemberFolder Kept(PartyId id) => new(Path.Combine(folder, "members", Convert.ToHexStringLower(id.ToBytes())[..8]));

// opens a session for the round's updates
byte[] Session(RoundTerms terms, int[] taking, out byte[] approved, out CommitteeMember[] members)
{
    AggregationTerms agreed = terms.ForSession(ledger.Key.Name, [.. taking.Select(i => hospitals[i].Id)], committee);
    (LedgerBoard Board, IMemberState State)[] seats =
    [
        .. committee.Select(id => (hospitals.First(h => h.Id == id).Board, (IMemberState)Kept(id))),
    ];
    foreach ((LedgerBoard board, IMemberState state) in seats)
    {
        CommitteeMember.RegisterKey(board, agreed, state);
    }

    (AggregationSession? session, StepOutcome opened) = Combiner.Open(hospitals[0].Board, agreed, UpdatePolicy.Rules);
    Must(opened);
    byte[] sid = session!.Sid.ToArray();
    approved = UpdatePolicy.Rules.ApprovalDigest(agreed);
    members = [.. seats.Select(s => new CommitteeMember(s.Board, sid, s.State, UpdatePolicy.Rules))];
    return sid;
}

// the contributors account for their updates along the round's step; the one that stands out is opened to the auditor
PartyId Trace(int round, Dictionary<int, ProvenUpdateOpening> updates, RoundLog log)
{
    log.Ask(round, round);
    UpdateDirection direction = RoundLog.Direction(log.Read(round).Single())!;
    foreach ((int i, ProvenUpdateOpening update) in updates)
    {
        new RoundLog(hospitals[i].Board, model.Id.Span).Answer(round, AccountProof.Prove(update, direction));
    }

    RoundView view = log.Read(round).Single();
    double Leverage(RoundAnswer a) =>
        a.Share!.Value * (double)view.Outcome.TotalWeight / view.Contributions.First(c => c.Hospital == a.Hospital).Weight;
    double[] sorted = [.. view.Answers.Select(Leverage).Order()];
    double median = sorted[sorted.Length / 2];
    foreach (RoundAnswer a in view.Answers)
    {
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {names[Array.FindIndex(hospitals, h => h.Id == a.Hospital)]}: cosine {a.Answer!.Cosine(direction):f3}, {100 * a.Share:f1} % of the step, {Leverage(a):f2} times its weight; {a.Verdict}"
            )
        );
    }

    PartyId suspect = view.Answers.MaxBy(a => Math.Abs(Leverage(a) - median))!.Hospital;
    int at = Array.FindIndex(hospitals, h => h.Id == suspect);
    var request = new OpeningRequest(
        view.Session.Span,
        suspect,
        updates[at].Proof.Table.Root.Span,
        auditor.Public,
        "its update moves the round against all others"
    );
    log.Demand(request);
    foreach (PartyId member in committee.Take(quorum.Threshold))
    {
        new RoundLog(hospitals.First(h => h.Id == member).Board, model.Id.Span).Approve(request);
    }

    new RoundLog(hospitals[at].Board, model.Id.Span).Deliver(updates[at].Update, request);
    RoundOpening opening = log.Read(round).Single().Openings.Single();
    byte[] delivered = hospitals[0].Board.Blobs.Read(opening.Sealed!.Value.Span, SealedOpening.Size(updates[at].Proof.Terms))!;
    if (!SealedOpening.TryOpen(auditor, request, updates[at].Proof, delivered, out OpenedUpdate? opened, out string? reason))
    {
        throw new InvalidOperationException(reason);
    }

    double[] values = opened.Values();
    double norm = Math.Sqrt(values.Sum(v => v * v));
    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"  {names[at]} stands out. Its update, opened to the auditor by {opening.Signers.Count} of {quorum.Members.Count}: norm {norm:f3}; it takes no part from here on"
        )
    );
    return suspect;
}

// five steps of gradient descent on some rows
double[] Local(double[] start, int[] which)
{
    double[] w = [.. start];
    for (int step = 0; step < LocalSteps; step++)
    {
        var gradient = new double[entries];
        foreach (int i in which)
        {
            double error = 1 / (1 + Math.Exp(-Dot(w, x[i]))) - y[i];
            for (int j = 0; j < entries; j++)
            {
                gradient[j] += error * x[i][j];
            }
        }

        for (int j = 0; j < entries; j++)
        {
            w[j] -= Rate * gradient[j] / which.Length;
        }
    }

    return [.. w.Zip(start, (a, b) => a - b)];
}

double Accuracy(double[] w) => held.Average(i => Dot(w, x[i]) > 0 == y[i] > 0 ? 1.0 : 0);

// the chance that a person with diabetes scores above one without: ranks, ties halved
double Auc(double[] w)
{
    (double Score, double Label)[] scored = [.. held.Select(i => (Dot(w, x[i]), y[i])).OrderBy(s => s.Item1)];
    double sum = 0,
        positives = scored.Sum(s => s.Label);
    for (int from = 0, to; from < scored.Length; from = to)
    {
        for (to = from; to < scored.Length && scored[to].Score == scored[from].Score; to++) { }

        sum += (from + to + 1) / 2.0 * scored[from..to].Sum(s => s.Label);
    }

    return (sum - positives * (positives + 1) / 2) / (positives * (scored.Length - positives));
}

void Plot()
{
    var plot = new ScottPlot.Plot();
    double[] at = [.. Enumerable.Range(1, Rounds).Select(r => (double)r)];
    foreach (
        (string label, double[] values) in ((string, double[])[])
            [
                ("federated, ten hospitals", [.. curve.Select(c => 100 * c.Accuracy)]),
                ("central", [.. curve.Select(c => 100 * c.Central)]),
            ]
    )
    {
        plot.Add.Scatter(at, values).LegendText = label;
    }

    plot.Add.VerticalLine(OverTheNorm + 1).LegendText = "over the norm: never enters";
    plot.Add.VerticalLine(WithinTheBounds + 1).LegendText = "poisoned within the bounds";
    plot.Add.VerticalLine(AskedAt + 1).LegendText = "asked to account, traced, left out";
    plot.Title($"Diabetes, {(File.Exists(csv) ? Path.GetFileName(csv) : "invented patients")}: accuracy on held-out rows");
    plot.XLabel("round");
    plot.YLabel("accuracy in percent");
    plot.ShowLegend(ScottPlot.Alignment.LowerRight);
    plot.SavePng(Path.Combine(folder, "accuracy.png"), 900, 520);
    plot.SaveSvg(Path.Combine(folder, "accuracy.svg"), 900, 520);
    Console.WriteLine($"plot: {Path.Combine(folder, "accuracy.png")}");
}

static double Dot(double[] a, double[] b)
{
    double sum = 0;
    for (int j = 0; j < a.Length; j++)
    {
        sum += a[j] * b[j];
    }

    return sum;
}

static void Must(StepOutcome outcome)
{
    if (!outcome.IsDone)
    {
        throw new InvalidOperationException(outcome.Reason);
    }
}

// patients of zkhealth synth as numbers: diabetes, age, sex, four regions of five, blood pressure (130 where it is not known),
// smoking
static IEnumerable<string> Invent(int rows)
{
    using var text = new StringWriter();
    new SyntheticPatients(1).WriteCsv(text, rows);
    string[][] patients = [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(','))];
    int At(string name) => Array.IndexOf(patients[0], name);
    yield return "diabetes,age,sex,north,east,south,west,systolic,smoker";
    foreach (string[] p in patients.Skip(1).Where(p => p[At("diabetes")].Length > 0))
    {
        string[] regions = [.. ((string[])["north", "east", "south", "west"]).Select(r => p[At("region")] == r ? "1" : "0")];
        string[] numbers =
        [
            p[At("diabetes")] == "yes" ? "2" : "0",
            p[At("age")],
            p[At("sex")] == "m" ? "1" : "0",
            .. regions,
            p[At("systolic")].Length > 0 ? p[At("systolic")] : "130",
            p[At("smoker")] == "yes" ? "1" : "0",
        ];
        yield return string.Join(',', numbers);
    }
}

static (double[][] X, double[] Y) Read(IEnumerable<string> lines)
{
    double[][] table =
    [
        .. lines.Skip(1).Select(line => line.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray()),
    ];
    double[] y = [.. table.Select(r => r[0] == 2 ? 1.0 : 0)];
    int features = table[0].Length - 1;
    var (mean, spread) = (new double[features], new double[features]);
    for (int j = 0; j < features; j++)
    {
        mean[j] = table.Average(r => r[j + 1]);
        spread[j] = Math.Sqrt(table.Average(r => (r[j + 1] - mean[j]) * (r[j + 1] - mean[j])));
    }

    return (
        [.. table.Select(r => (double[])[.. Enumerable.Range(0, features).Select(j => (r[j + 1] - mean[j]) / spread[j]), 1])],
        y
    );
}
