#!/usr/bin/python3
"""Bounded model of the rules that decide money, credit, votes and order, checked by an SMT solver (Debian's python3-z3).

    /usr/bin/python3 tests/model/model.py

Each rule is written once and runs on integers as well as on terms: on integers it must give the shared vectors
(tests/vectors/reference/state.json), which the library gives too; as terms it must have the properties below for every value in
the bounds that a property states. A property holds if its negation has no solution. The last part states rules that are wrong
(money rounded up, a threshold rounded down, …): the solver must find their fault, so a check that finds nothing is no check that
cannot find anything.
"""
import itertools
import json
import pathlib
import sys
import time

import z3

MILLION, DAY = 1_000_000, 86_400_000
MONTH = 30 * DAY


# --- The rules. Terms are integers of z3; its division of a non-negative integer by a positive one is the floor, as Python's. ---

def div(a, b):
    return a / b if z3.is_expr(a) or z3.is_expr(b) else a // b


def iff(condition, a, b):
    return z3.If(condition, a, b) if z3.is_expr(condition) else (a if condition else b)


def larger(a, b):
    return iff(a >= b, a, b)


def fee(ppm, cumulative):
    return div(ppm * cumulative, MILLION)


def split(booked, weights):
    total = sum(weights[1:], weights[0])
    shares = [iff(total == 0, 0, div(booked * w, iff(total == 0, 1, total))) for w in weights]
    return shares, booked - sum(shares[1:], shares[0])


def parts(amount, operator, patients, operators, weights):
    """What a sum is to each operator, to the patients, to each provider, and the dust; operator and patients in parts per million."""
    of_operators, of_patients = fee(operator, amount), fee(patients, amount)
    each = div(of_operators, operators)
    providers, dust = split(amount - of_operators - of_patients, weights)
    return each, of_patients, providers, dust + of_operators - operators * each


def months(moment, since):
    return div(moment - since, MONTH)


def credit(moment, admitted, breaches):
    lost = sum((iff(at <= moment, larger(0, points - months(moment, iff(at <= moment, at, moment))), 0) for at, points in breaches), 0)
    return larger(0, 100 - larger(0, 20 - months(moment, admitted)) - lost)


def needed(numerator, denominator, roster):
    return larger(1, div(numerator * roster + denominator - 1, denominator))


# --- The solver. ---

class Failure(Exception):
    pass


def prove(name, bounds, claim, tactic=None):
    """Searches for values in the bounds for which the claim is false."""
    solver = z3.Tactic(tactic).solver() if tactic else z3.Solver()
    solver.set("timeout", 240_000)
    solver.add(bounds, z3.Not(claim))
    start, answer = time.time(), solver.check()
    if answer == z3.sat:
        raise Failure(f"{name}: false for {solver.model()}")
    if answer != z3.unsat:
        raise Failure(f"{name}: not decided")
    print(f"  {name} ({time.time() - start:.1f} s)", flush=True)


def ints(names):
    return z3.Ints(names)


def between(low, terms, high):
    return z3.And([z3.And(low <= t, t <= high) for t in terms])


def vectors():
    path = pathlib.Path(__file__).resolve().parent.parent / "vectors" / "reference" / "state.json"
    found = json.loads(path.read_text())
    for v in found["splits"]:
        booked = fee(v["ppm"], v["cumulative"])
        if (booked, split(booked, v["weights"])[0]) != (v["fee"], v["shares"]):
            raise Failure(f"fees differ from the vectors: {v}")
    for v in found["credits"]:
        if credit(v["time"], v["admitted"], v["breaches"]) != v["credit"]:
            raise Failure(f"credit differs from the vectors: {v}")
    shares = json.loads((path.parent.parent / "shares.json").read_text())
    for v in shares:
        each, patients, providers, dust = parts(v["amount"], v["operator"], v["patients"], v["operators"], v["weights"])
        if (each, patients, providers, dust) != (v["each"], v["ofPatients"], v["providers"], v["dust"]):
            raise Failure(f"shares differ from the vectors: {v}")
    print(f"  {len(shares)} sums shared among several operators, patients and providers")
    print(f"  {len(found['splits'])} fees and {len(found['credits'])} credits of the shared vectors")


def money():
    ppm, a, b = ints("ppm a b")
    whole = z3.And(between(0, [ppm], MILLION), between(0, [a, b], 2**63 - 1), a <= b)
    prove("a fee is never more than the value", whole, z3.And(0 <= fee(ppm, a), fee(ppm, a) <= a))
    prove("a fee never falls while the value grows", whole, fee(ppm, a) <= fee(ppm, b))
    prove("a product of parts per million fits 128 bits", whole, ppm * b < 2**127)

    # splits, for values of up to 24 and weights of up to 7: small ones show every way of rounding
    booked, more, x, y, z = ints("booked more x y z")
    small = z3.And(between(0, [booked, more], 24), between(0, [x, y, z], 7), booked <= more)
    for n in (1, 2, 3):
        weights = [x, y, z][:n]
        shares, dust = split(booked, weights)
        total = sum(weights[1:], weights[0])
        # every value of the weights is a case: then all that is left is linear in what is booked
        for case in itertools.product(range(0, 8, 1 if n < 3 else 2), repeat=n):
            fixed = [(w, z3.IntVal(c)) for w, c in zip(weights, case)]
            at = lambda term: z3.simplify(z3.substitute(term, *fixed))
            shares_at, later = [at(s) for s in shares], split(more, [z3.IntVal(c) for c in case])[0]
            claim = z3.And(
                sum(shares_at[1:], shares_at[0]) + at(dust) == booked,
                at(dust) >= 0,
                z3.BoolVal(sum(case) == 0) if sum(case) == 0 else at(dust) < n,
                *[s >= 0 for s in shares_at],
                *[s == 0 for s, c in zip(shares_at, case) if c == 0],
                *[s <= t for s, t in zip(shares_at, later)],
                *[s == t for (s, c), (t, d) in itertools.combinations(list(zip(shares_at, case)), 2) if c == d],
                *[s <= t for (s, c), (t, d) in itertools.permutations(list(zip(shares_at, case)), 2) if c <= d],
            )
            solver = z3.Solver()
            solver.add(small, z3.Not(claim))
            if solver.check() != z3.unsat:
                raise Failure(f"split by {case}: {solver.model() if solver.check() == z3.sat else 'not decided'}")
        print(f"  {n} receivers: nothing is made or lost, dust is less than the receivers, shares never fall, like weights get alike")

    # who divides a weight into two gets no more: floor(p/W) + floor(q/W) <= floor((p+q)/W), of products p, q and W > 0
    p, q, r, s, u, v, w = ints("p q r s u v w")
    quotients = z3.And(p == r * w + s, q == u * w + v, 0 <= s, s < w, 0 <= v, v < w, between(1, [w], 12), between(0, [r, u], 12))
    prove("who divides a weight into two gets no more", quotients, r + u <= div(p + q, w))

    # several operators share their part alike
    part, later = ints("part later")
    several = z3.And(between(0, [part, later], 2**63 - 1), part <= later)
    for count in range(1, 9):
        each, dust = div(part, count), part - count * div(part, count)
        prove(f"{count} operators get alike, dust of their part is less than they are, and no part falls", several,
              z3.And(0 <= dust, dust < count, count * each + dust == part, each <= div(later, count)))

    # the charter's parts come first
    operator, pool = ints("operator pool")
    parts = z3.And(between(0, [operator, pool], MILLION), operator + pool <= MILLION, between(0, [booked], 2**63 - 1))
    rest = booked - fee(operator, booked) - fee(pool, booked)
    prove("the charter's parts leave a rest that is not negative", parts, z3.And(rest >= 0, rest <= booked))


# --- Payment rails: a treasury and a contract. Each act is (what has to hold before it, what it changes). ---

WALLET = "free treasury paid cut locked held balance other patients entitled received out".split()


def rail_acts(s, x):
    """s: the sums by their names; free: money in the contract that is neither drawn nor a deposit; other: pools, dust, accounts of
    others; entitled: what the contract may pay one account in all."""
    some = x > 0
    passed = iff(s["free"] < x, s["free"], x)
    move = lambda **changes: {**s, **{k: s[k] + v for k, v in changes.items()}}
    return {
        "money received": (some, move(treasury=x, balance=x, received=x)),
        "received on chain": (some, move(free=x, balance=x, received=x)),
        "deposit on chain": (some, move(paid=x, locked=x, received=x)),
        "a share on chain": (z3.And(some, x <= s["other"]), move(other=-x, balance=x - passed, entitled=passed, free=-passed, out=passed)),
        "a fee of the account": (z3.And(some, x <= s["balance"]), move(balance=-x, other=x)),
        "payout claimed": (z3.And(some, x <= s["balance"], x <= s["free"]), move(balance=-x, entitled=x, free=-x, out=x)),
        "payout recorded": (z3.And(some, x <= s["other"], x <= s["treasury"]), move(other=-x, treasury=-x, out=x)),
        "float": (z3.And(some, x <= s["treasury"]), move(treasury=-x, free=x)),
        "rail drawn": (z3.And(some, x <= s["free"]), move(free=-x, treasury=x)),
        "cut": (z3.And(some, x <= s["locked"]), move(locked=-x, held=x)),
        "annulled": (x == s["held"], move(locked=x, held=-x)),
        "final": (x == s["held"], move(held=-x, cut=x, free=x, patients=x)),
    }


def whole(s):
    inside = sum(s[k] for k in ("balance", "other", "locked", "held", "patients"))
    return z3.And(*[v >= 0 for v in s.values()], s["paid"] - s["cut"] == s["locked"] + s["held"],
                  s["free"] + s["treasury"] + s["paid"] - s["cut"] == inside, s["received"] == inside + s["out"])


def rails():
    s, x = dict(zip(WALLET, ints(" ".join(WALLET)))), z3.Int("x")
    for name, (before, after) in rail_acts(s, x).items():
        prove(f"{name}: no money is made or lost on a rail, E and C never fall, C is at most the deposit", z3.And(whole(s), before),
              z3.And(whole(after), after["entitled"] >= s["entitled"], after["cut"] >= s["cut"], after["cut"] <= after["paid"]))
    prove("a deposit that is let go, less its cuts, is all that was locked", z3.And(whole(s), s["held"] == 0), s["locked"] == s["paid"] - s["cut"])

    # anchors of E that never falls, shown to the contract in any order and again: it pays max(0, E - paid)
    es = ints("e1 e2 e3")
    growing = z3.And(0 <= es[0], es[0] <= es[1], es[1] <= es[2])
    for shown in itertools.product(range(3), repeat=4):
        paid, amounts = z3.IntVal(0), []
        for i in shown:
            amounts.append(larger(0, es[i] - paid))
            paid = paid + amounts[-1]
        solver = z3.Solver()
        solver.add(growing, z3.Not(z3.And(paid == es[max(shown)], paid <= es[2], *[a >= 0 for a in amounts])))
        if solver.check() != z3.unsat:
            raise Failure(f"anchors in the order {shown} are paid wrongly")
    print("  anchors in whatever order, and again: the contract pays the newest one shown, and nothing twice")

    # shares of patients by weights: floors of amount x weight / sum, never more than the pool
    amount, a, b, rest = ints("amount a b rest")
    for total in (2, 3, 5, 7):
        weights = z3.And(between(0, [amount], 2**40), between(0, [a, b, rest], total), a + b + rest == total)
        prove(f"shares of patients whose weights sum to {total} never exceed their pool", weights,
              div(amount * a, total) + div(amount * b, total) + div(amount * rest, total) <= amount)


def conduct():
    moment, later, admitted = ints("moment later admitted")
    times, points = ints("t0 t1 t2"), ints("p0 p1 p2")
    century = 1200 * MONTH
    bounds = z3.And(
        between(0, [admitted, *times], century), admitted <= moment, moment <= later, later <= century,
        *[z3.Or([p == k for k in (3, 6, 15, 30, 40, 80)]) for p in points],
    )
    breaches = list(zip(times, points))
    prove("credit lies within 0 and 100", bounds, between(0, [credit(moment, admitted, breaches)], 100))
    prove("a breach never raises it, and a void one is as if it had not been", bounds,
          credit(moment, admitted, breaches) <= credit(moment, admitted, breaches[:2]))
    quiet = z3.And(bounds, *[z3.Or(t <= moment, t > later) for t in times])
    prove("time without a breach never lowers it", quiet, credit(moment, admitted, breaches) <= credit(later, admitted, breaches))
    prove("after 80 months without a breach it is whole", z3.And(bounds, *[t + 80 * MONTH <= moment for t in times], admitted + 20 * MONTH <= moment),
          credit(moment, admitted, breaches) == 100)
    prove("who has just come may do everything", z3.And(bounds, moment == admitted, *[t > moment for t in times]),
          credit(moment, admitted, breaches) == 80)
    prove("a grave breach takes a newcomer below 60", z3.And(bounds, moment == admitted, times[0] == moment, points[0] >= 40),
          credit(moment, admitted, breaches) < 60)


def votes():
    n, num, den, yes, no = ints("n num den yes no")
    for fraction in ((1, 2), (2, 3), (3, 4), (1, 1), (51, 100)):
        of = needed(*map(z3.IntVal, fraction), n)
        some = between(1, [n], 10_000)
        prove(f"{fraction[0]} of {fraction[1]}: a threshold lies within the roster", some, z3.And(1 <= of, of <= n))
        prove(f"{fraction[0]} of {fraction[1]}: nobody cannot pass", n == 0, z3.Not(n >= of))
        prove(f"{fraction[0]} of {fraction[1]}: the count reaches the fraction, and one fewer does not", some,
              z3.And(fraction[1] * of >= fraction[0] * n, z3.Or(of == 1, fraction[1] * (of - 1) < fraction[0] * n)))
        if 2 * fraction[0] > fraction[1]:
            prove(f"{fraction[0]} of {fraction[1]}: a proposal and its contrary do not both pass",
                  z3.And(some, between(0, [yes, no], 10_000), yes + no <= n), z3.Not(z3.And(yes >= of, no >= of)))
    prove("any fraction: within the roster", z3.And(between(1, [n], 40), between(1, [den], 12), between(1, [num], 12), num <= den),
          z3.And(1 <= needed(num, den, n), needed(num, den, n) <= n))

    # suspensions and admissions of 90 days
    prove("of two or more, suspensions of 90 days leave one", between(2, [n], 10_000), larger(1, div(n, 5)) < n)
    prove("admissions of 90 days are never as many as a class of two or more", between(2, [n], 10_000), larger(1, div(n, 4)) < n)

    # witnesses: n = 3f+1, quorum 2f+1
    f, a, b, both = ints("f a b both")
    witnesses = z3.And(between(0, [f], 1_000), a >= 2 * f + 1, b >= 2 * f + 1, a <= 3 * f + 1, b <= 3 * f + 1,
                       both >= 0, a + b - both <= 3 * f + 1)
    prove("two quorums share an honest witness", witnesses, both >= f + 1)
    prove("f silent witnesses stop nothing", witnesses, 3 * f + 1 - f >= 2 * f + 1)


# --- The due loop: some things are due; each may make one more thing due, not before its own time. ---

def run(events, until, made, steps):
    """events: [(present, time, rank, id)]; made[i]: (makes, delay, rank, id) of the event in place i, which the effect of place i puts
    into place i + len(made). Returns the events after all that is due until then, and what was done, step by step: (done, time, place)."""
    events, log, count = list(events), [], len(made)
    for _ in range(steps):
        def first(i):
            present, at, rank, ident = events[i]
            earlier = [z3.Not(z3.And(o[0], z3.Or(o[1] < at, z3.And(o[1] == at, z3.Or(o[2] < rank, z3.And(o[2] == rank, o[3] < ident))))))
                       for j, o in enumerate(events) if j != i]
            return z3.And(present, at <= until, *earlier)

        chosen = [first(i) for i in range(len(events))]
        log.append((z3.Or(chosen), sum((z3.If(c, e[1], 0) for c, e in zip(chosen, events)), z3.IntVal(0)),
                    sum((z3.If(c, i, 0) for i, c in enumerate(chosen)), z3.IntVal(0))))
        after = []
        for i, (present, at, rank, ident) in enumerate(events):
            present = z3.And(present, z3.Not(chosen[i]))
            if i >= count:
                makes, delay, new_rank, new_id = made[i - count]
                cause = z3.And(chosen[i - count], makes)
                present, at = z3.Or(present, cause), z3.If(cause, events[i - count][1] + delay, at)
                rank, ident = z3.If(cause, new_rank, rank), z3.If(cause, new_id, ident)
            after.append((present, at, rank, ident))
        events = after
    return events, log


def order(count=3):
    steps = 2 * count
    events, made, bounds = [], [], []
    for i in range(count):
        at, rank, delay, new_rank = ints(f"time{i} rank{i} delay{i} made{i}")
        events.append((z3.Bool(f"due{i}"), at, rank, z3.IntVal(i)))
        made.append((z3.Bool(f"makes{i}"), delay, new_rank, z3.IntVal(count + i)))
        bounds += [between(0, [at, delay], 1_000), between(1, [rank, new_rank], 9)]
    events += [(z3.BoolVal(False), z3.IntVal(0), z3.IntVal(0), z3.IntVal(count + i)) for i in range(count)]
    first, until = ints("first until")
    bounds = z3.And(*bounds, 0 <= first, first <= until, until <= 3_000)

    left, log = run(events, until, made, steps)
    prove("nothing that is due is left", bounds, z3.And([z3.Not(z3.And(e[0], e[1] <= until)) for e in left]))
    prove("everything happens at its own time, in order", bounds,
          z3.And([z3.Implies(b[0], z3.And(a[0], a[1] <= b[1])) for a, b in zip(log, log[1:])]))

    # to advance in two steps is to advance in one
    halfway, early = run(events, first, made, steps)
    after, late = run(halfway, until, made, steps)
    same = [z3.And(e[0] == g[0], z3.Implies(e[0], z3.And(e[1] == g[1], e[2] == g[2]))) for e, g in zip(left, after)]
    prove("advancing in two steps leaves what one step leaves", bounds, z3.And(same))
    done = sum((z3.If(e[0], 1, 0) for e in early), z3.IntVal(0))
    told = [z3.Implies(z3.And(log[k][0], k < done), early[k][2] == log[k][2]) for k in range(steps)]
    told += [z3.Implies(z3.And(log[k][0], done + j == k), late[j][2] == log[k][2]) for k in range(steps) for j in range(k + 1)]
    prove("and in the same order", bounds, z3.And(told))


# --- Rules that are wrong, whose faults must be found. ---

def wrong():
    booked, x, y, n, yes, no = ints("booked x y n yes no")
    moment, admitted, at = ints("moment admitted at")

    def refuted(name, bounds, claim):
        try:
            prove(name, bounds, claim)
        except Failure as found:
            if ": false for" in str(found):
                print(f"  found: {name}")
                return
            raise
        raise Failure(f"a wrong rule passes: {name}")

    up = lambda b, w, total: div(b * w + total - 1, total)
    refuted("shares rounded up make no money", between(0, [booked], 24), up(booked, 1, 3) + up(booked, 2, 3) <= booked)
    refuted("a threshold rounded down stops a proposal and its contrary", z3.And(between(1, [n], 100), yes + no <= n, yes >= 0, no >= 0),
            z3.Not(z3.And(yes >= div(n, 2), no >= div(n, 2), n > 1)))
    refuted("credit without its floor lies within 0 and 100", z3.And(at == moment, between(0, [moment], 100 * MONTH), 0 <= admitted, admitted <= moment),
            100 - larger(0, 20 - months(moment, admitted)) - larger(0, 160 - months(moment, at)) >= 0)
    refuted("fees of two reports are the fee of their sum", between(0, [x, y], 10), fee(300_000, x) + fee(300_000, y) == fee(300_000, x + y))
    e1, e2 = ints("e1 e2")
    refuted("a contract that pays each anchor once pays no more than E", z3.And(0 < e1, e1 < e2), e1 + e2 <= e2)
    s, x, moved = dict(zip(WALLET, ints(" ".join(WALLET)))), z3.Int("x"), z3.Int("moved")
    refuted("an account that leaves a contract with what it may draw there is paid once", z3.And(whole(s), s["entitled"] > 0, moved == s["entitled"]),
            whole({**s, "balance": s["balance"] + moved}))
    f, both = ints("f both")
    refuted("quorums of f + 1 share an honest witness", z3.And(between(1, [f], 10), both >= 0, 2 * (f + 1) - both <= 3 * f + 1), both >= f + 1)


if __name__ == "__main__":
    try:
        for part in (vectors, money, rails, conduct, votes, order, wrong):
            print(f"{part.__name__}:")
            part()
    except Failure as failure:
        print(failure)
        sys.exit(1)
    print("ok")
