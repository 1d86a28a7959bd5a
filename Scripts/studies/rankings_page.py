"""Writes the pages of the rankings study: setup, tables, comparisons with real training, costs, commands and charts."""
import csv
import math
import os
import re
from dataclasses import dataclass, field
from random import Random

from predictors import cross_validated, ridge, shares
from study import curves, scatter, spearman


# The teachers of small images, in the order of their meta-training: each starts from the one before.
SMALL_TEACHERS = ["small-teacher", "small-ranked-teacher-0", "small-ranked-teacher-1"]


@dataclass
class Findings:
    """The records of all proxies, and the other records of a study."""
    truth: dict
    fitted_recipe: dict
    curriculum: dict = None
    # By number of passes.
    passes: dict = field(default_factory=dict)
    fitted: dict = None
    fitted_real: dict = None
    real: dict = field(default_factory=dict)
    # Real images of smaller sizes, by size and steps.
    smaller: dict = field(default_factory=dict)
    # By passes: meta-trained to rank by the accuracies of a pilot.
    ranked: dict = field(default_factory=dict)
    pilot: dict = None
    # Accuracies of the other half of a table.
    known: dict = None
    # All cells of a table: the hash of the canonical form, and the published parameters.
    cells: dict = None
    # By passes: small images, meta-trained to rank by short trainings.
    short: dict = field(default_factory=dict)
    # The teacher that ships with gtn-nas.
    shipped: dict = None
    untrained: dict = field(default_factory=dict)
    # The costs of every candidate.
    costs: dict = None
    records: dict = field(default_factory=dict)

    @property
    def curricula(self):
        return [result for result in (self.curriculum, *self.passes.values(), self.fitted, *self.ranked.values(), *self.short.values(), self.shipped) if result]

    @property
    def trained(self):
        return [*self.curricula, *([self.fitted_real] if self.fitted_real else []), *self.real.values(), *self.smaller.values()]

    @property
    def machines(self):
        return list(dict.fromkeys(result["machine"] for result in [*self.trained, *self.untrained.values()]))

    def seconds(self, result):
        """The seconds as a table shows them, with a letter for the machine if there are several."""
        letter = f" ({chr(ord('a') + self.machines.index(result['machine']))})" if len(self.machines) > 1 else ""
        return f"{result['seconds']:.2f}{letter}"

    @property
    def fitted_name(self):
        """The name of the score by training loss of a curriculum made to teach."""
        own = self.fitted_recipe["teacher"]
        shape = f" of {own[1]} steps of {own[3]}" if own else ""
        return f"curriculum{shape}, {self.fitted_recipe['epochs']} passes, by training loss"


def write_page(study, name, prefix, found, claims, training, zero_cost):
    """Writes the page and its charts. `training` describes the real training of a candidate; `claims` says whether only the proxies of claims were measured."""
    lines = [*introduction(name, found, claims, training), *table(found), *every_cell(found), "", *at_equal_cost(study, prefix, found), *comparisons(found, training), *commands(name, found, claims, zero_cost),
             *pictures(study, name, prefix, found)]
    study.write(f"{prefix}.md", "\n".join(lines) + "\n")


def write_curve(study, name, prefix, made, passes):
    """Writes the page and the chart of rankings by teachers of more and more meta-steps: {meta-steps: (the teacher's record, its ranking's)}."""
    rankings = [ranking for _, ranking in made.values()]
    parameters = rankings[0]["correlation"]["baselines"]["parameters"]
    minutes = {steps: teacher["elapsed_seconds"] / 60 for steps, (teacher, _) in made.items()}
    first, last = rankings[0], rankings[-1]
    lines = [f"# Rankings of `{name}` by teachers of more and more meta-steps", "",
             "**Question.** How much does meta-training improve a ranking?", "",
             f"- **Candidates**: {rankings[0]['correlation']['pairs']} cells of the tuning half of the table. Claims are made on the other half.",
             "- **Teachers**: each is meta-trained from the beginning.",
             f"- **Score**: training loss of the last of {passes} passes over the curriculum.",
             "- **ρ**: Spearman's ρ with the published accuracy, with a 95 % bootstrap interval.", "",
             "| meta-steps | minutes | ρ, all | ρ, top half | blend with parameters: ρ, all | blend: ρ, top half |", "|---|---|---|---|---|---|"]

    def cells(quality):
        return " | ".join(cell(quality["spearman"][span]) for span in ("all", "top50"))
    lines += [f"| {steps} | {minutes[steps]:.1f} | {cells(quality(ranking))} | {cells(quality(ranking, blend=True))} |" for steps, (_, ranking) in made.items()]
    overlap = not study.rehearsal and all(
        max(quality(r)["spearman"][span]["low"] for r in (first, last)) <= min(quality(r)["spearman"][span]["high"] for r in (first, last)) for span in ("all", "top50"))
    spans = " ".join(f"{shown}, ρ is {value(quality(first)['spearman'][span]):.2f} before meta-training and {value(quality(last)['spearman'][span]):.2f} after it."
                     for span, shown in (("all", "Over all candidates"), ("top50", "In the top half")))
    lines += [f"| parameters alone | | {cells(parameters)} | | |", "",
              f"{spans}{' The intervals overlap.' if overlap else ''}", "",
              f"![ρ against the minutes of meta-training]({prefix}-curve.svg)", "",
              f"To reproduce, run `Scripts/studies/rankings {name} --cifar10 DIR --truth CSV --part tune --curve` "
              f"(seed 0; measured on {'; '.join(dict.fromkeys(ranking['machine'] for ranking in rankings))}):", ""]
    for teacher, ranking in made.values():
        lines += [f"- `{teacher['run']}`; `{ranking['run']}`"]
    study.write(f"{prefix}-curve.md", "\n".join(lines) + "\n")
    drawn = {}
    for span, shown in (("all", "all"), ("top50", "top half")):
        drawn[f"curriculum, {shown}"] = [(minutes[steps], value(quality(ranking)["spearman"][span])) for steps, (_, ranking) in made.items()]
        drawn[f"parameters, {shown}"] = [(minute, value(parameters["spearman"][span])) for minute in (min(minutes.values()), max(minutes.values()))]
    study.write(f"{prefix}-curve.svg", curves(drawn, f"{name}: ranking against the time that the teacher was made in", "minutes of meta-training", "Spearman's ρ"))


def cell(estimate):
    return "-" if estimate is None else f"{estimate['value']:.2f} [{estimate['low']:.2f}, {estimate['high']:.2f}]"


def introduction(name, found, claims, training):
    pairs = found.curricula[0]["correlation"]["pairs"]
    title = f"{pairs} random candidates" if name == "fashion" else "cells with published accuracies"
    first_study = "../exploration/rankings/fashion.md" if name == "fashion" else f"{name}-report.md"
    lines = [f"# Rankings of `{name}`: {title}", "", "**Question.** How well does each proxy rank architectures, compared with real accuracies?", "",
             *(["This page lists the proxies on which claims are based, and their baselines. All of them were measured again for this page. "
                f"[The first study]({first_study}) compares more proxies.", ""] if claims else []),
             *(["This page is exploration. [The claims](../../rankings/fashion-claims.md) rest on later measurements.", ""] if name == "fashion" and not claims else [])]
    if name == "fashion":
        made = found.records["truth"]
        values = list(made["accuracies"].values())
        ceiling = made["correlation"]["noise_ceiling"]["spearman"]
        lines += [f"- **Real accuracy**: mean of two trainings of {training}; from {100 * min(map(min, values)):.2f} to {100 * max(map(max, values)):.2f} %. "
                  f"A training takes {made['seconds']:.1f} s on {made['machine']}.",
                  f"- **Noise ceiling**: the two trainings agree with each other at ρ {cell(ceiling['all'])}; in the top half of one of them, at {cell(ceiling['top50'])}."]
    else:
        lines += ["- **Real accuracy**: the published accuracy after 200 epochs on CIFAR-10 (mean over its seeds; NATS-Bench).",
                  "- **Duplicates**: cells that compute the same function are scored once."]
    lines += [f"- **ρ, τ-b**: Spearman's ρ and Kendall's τ-b between score and real accuracy over {pairs} candidates, with 95 % bootstrap intervals.",
              "- **Top half**: the half of the candidates that the proxy itself ranks highest.",
              "- **Regret**: the best accuracy of all candidates minus the best accuracy in the top tenth, in percentage points.",
              "- **Seconds**: time for one candidate on one core, including evaluation."]
    if len(found.machines) > 1:
        letters = "; ".join(f"({chr(ord('a') + i)}) {machine}" for i, machine in enumerate(found.machines))
        lines[-1] += f" Machines: {letters}. Compare only times of the same machine."
    else:
        lines[-1] += f" Machine: {found.machines[0]}."
    return [*lines, ""]


def quality(result, blend=False):
    """The rank quality of a proxy, or of its blend with parameters; None if there is no such blend."""
    others = result["correlation"].get("others", {})
    return next((others[name] for name in ("blend", "real-steps-blend") if name in others), None) if blend else result["correlation"]


def agreement(values, truth):
    """Spearman's ρ between values and the truth, {architecture: number}, over all and over the top half by value, as a page shows it."""
    half = sorted(values, key=lambda name: -values[name])[:-(-len(values) // 2)]
    return [f"{spearman([values[name] for name in names], [truth[name] for name in names]):.2f}" for names in (values, half)]


def correlated(study, prefix, found, name, scores):
    """What `gtn-nas correlate` prints for named scores, {architecture: number}, at equal numbers of parameters."""
    path = os.path.join(study.files, f"{prefix}-scores.csv")
    untrained = {key: {c["architecture"]: c["score"] for c in result["candidates"]} for key, result in found.untrained.items() if key != name}
    with open(path, "w") as file:
        writer = csv.writer(file)
        writer.writerow(["architecture", "score", "accuracy", "parameters", "macs", *untrained])
        for architecture, score in scores.items():
            costs = found.costs[architecture]
            writer.writerow([architecture, score, found.truth[architecture], costs["parameters"], costs["macs"],
                             *(column.get(architecture, "") for column in untrained.values())])
    return study.gtn_nas(["correlate", path, "--cost", "parameters"])["correlation"]


def at_equal_cost(study, prefix, found):
    """The table of all proxies at equal numbers of parameters."""
    rows, overall, equal, regrets = [], [], None, None

    def percent(estimate):
        # Too few candidates have no pairs or caps.
        return "-" if estimate is None else f"{100 * estimate['value']:.0f} % [{100 * estimate['low']:.0f}, {100 * estimate['high']:.0f}]"

    def lead(found):
        return f"{found['baseline'].replace('macs', 'MACs')}: {cell(found['difference'])}" if found else "-"

    def row(name, result, blend=False):
        nonlocal equal, regrets
        scores = {c["architecture"]: c["blend" if blend else "score"] for c in result["candidates"]}
        correlation = correlated(study, prefix, found, name, scores)
        equal = correlation["at_equal_cost"]
        regrets = equal["regret_under_caps"] or {"proxy": None, "largest": None, "random": None, "baselines": {}}
        rows.append(f"| {name} | {cell(equal['partial_spearman'])} | {percent(equal['concordance'])} | {cell(regrets['proxy'])} | {lead(equal['lead'])} | "
                    f"{correlation['verdict_at_equal_cost']} |")
        overall.append(f"| {name} | {cell(correlation['spearman']['all'])} | {lead(correlation['lead'])} | {correlation['verdict']} |")
    for name, result in named(found):
        row(name, result)
        if "blend" in result["candidates"][0]:
            row("blend of this score and parameters", result, blend=True)
    for name, result in found.untrained.items():
        row(name, result)
    aggregate = equal["baselines"].get("aggregate")
    if aggregate:
        rows.append(f"| aggregate of MACs, jacob_cov and synflow | {cell(aggregate['partial_spearman'])} | {percent(aggregate['concordance'])} | "
                     f"{cell(regrets['baselines'].get('aggregate'))} | | |")
    rows += [f"| the largest that fits | | | {cell(regrets['largest'])} | | |", f"| a random one that fits | | | {cell(regrets['random'])} | | |"]
    return ["## At equal numbers of parameters", "",
            "Under a limit, the largest network does not fit. How well each proxy ranks networks of equal size, by `gtn-nas correlate --cost parameters`:", "",
            "- **Partial ρ**: Spearman's ρ with real accuracy when the rank of the number of parameters is held fixed.",
            f"- **Pairs in order**: the share of pairs that score and real accuracy order in the same way, of the {(equal['concordance'] or {'pairs': 0})['pairs']:,} pairs whose numbers of parameters "
            "differ by at most a tenth. A random order gets 50 %.",
            "- **Regret under a cap**: the accuracy lost by taking the candidate with the highest score under a cap on parameters, in points, averaged over all caps with at "
            "least ten candidates.",
            "- **Smallest lead**: the free baseline that the score beats least surely in partial ρ, and the difference.",
            "- **Verdict**: that of `gtn-nas correlate` for use under a limit.",
            *(["- Cells that compute the same function have here the accuracy of the one that was scored, and their mean in the table above."] if found.known else []), "",
            "| proxy | partial ρ | pairs in order | regret under a cap, points | smallest lead | verdict |", "|---|---|---|---|---|---|", *rows, "",
            "## Verdicts over all sizes", "",
            "The same for a user without a limit: Spearman's ρ over all candidates and its smallest lead over a free baseline. The baselines are parameters, MACs, every untrained "
            "score, and their aggregate.", "",
            "| proxy | ρ, all | smallest lead | verdict |", "|---|---|---|---|", *overall, ""]


def named(found):
    """The trained scores with the names of the table."""
    if found.curriculum:
        yield "**curriculum**, 1 pass", found.curriculum
    for passes, result in found.passes.items():
        yield f"**curriculum**, {passes} passes", result
    yield from by_training_loss(found)
    if found.fitted_real:
        yield f"as many real images, {found.fitted_recipe['epochs']} passes, by training loss", found.fitted_real
    for steps, result in found.real.items():
        yield f"real images, {steps} steps", result
    for (size, steps), result in found.smaller.items():
        yield f"real images of {size.replace('x', ' × ')} pixels, {steps} steps", result


def table(found):
    lines = ["| proxy | seconds | ρ, all | ρ, top half | τ-b, all | regret, points |", "|---|---|---|---|---|---|"]

    def row(name, seconds, quality):
        regret = quality["top_k_regret"]
        lines.append(f"| {name} | {seconds} | {cell(quality['spearman']['all'])} | {cell(quality['spearman']['top50'])} | {cell(quality['kendall']['all'])} | "
                     f"{100 * regret['value']:.2f} |")

    def predicted(name, seconds, values):
        """The row of a regression on accuracies, {architecture: prediction}."""
        lines.append(f"| {name} | {seconds} | {' | '.join(agreement(values, found.truth))} | | |")

    def measured(name, result, blend=None):
        """The row of a proxy and, if it is named, of its blend."""
        row(name, found.seconds(result), quality(result))
        if blend and quality(result, blend=True):
            row(blend, found.seconds(result), quality(result, blend=True))
    of_it = "**blend** of this score and parameters"
    if found.curriculum:
        measured("**curriculum**, 1 pass", found.curriculum, of_it)
    for passes, result in found.passes.items():
        measured(f"**curriculum**, {passes} passes", result, of_it)
    if found.fitted:
        measured(found.fitted_name.replace("curriculum", "**curriculum**", 1), found.fitted, of_it)
    for passes, result in found.ranked.items():
        measured(f"**curriculum meta-trained to rank** {len(found.pilot['accuracies'])} other candidates by accuracy, {passes} passes, by training loss", result, of_it)
    for passes, result in found.short.items():
        measured(f"**curriculum of 14 × 14 pixels, made to rank**. Pilot: {found.records['short-pilot']['candidates']:,} other candidates, ordered by short training and "
                 f"parameters. Score: training loss of the last of {passes} passes", result, of_it)
    if found.shipped:
        measured("**the teacher that ships with gtn-nas**, made in the same way from 14 × 14 pixels, with the 16 passes that it recommends", found.shipped, of_it)
    if found.ranked:
        count = len(found.pilot["accuracies"])
        predicted(f"ridge regression on one-hot operations, trained on the same {count} accuracies", "0", ridge(found.pilot["accuracies"], found.truth))
    if found.known:
        candidates = found.fitted["candidates"]
        predicted(f"**ridge regression** on ranks by this score, ranks by parameters and one-hot operations, trained on {len(candidates) * 4 // 5} of these accuracies to "
                  "predict the others (five folds)", found.seconds(found.fitted), cross_validated(candidates))
        predicted("ridge regression on one-hot operations alone, trained on as many", "0", cross_validated(candidates, beside=False))
        predicted(f"the same, trained on the {len(found.known)} accuracies of the other half", "0", ridge(shares(found.known), [c["architecture"] for c in candidates]))
    if found.fitted_real:
        measured(f"as many real images, {found.fitted_recipe['epochs']} passes, by training loss", found.fitted_real, of_it)
    for steps, result in found.real.items():
        measured(f"real images, {steps} steps of 64, annealed learning rate", result, of_it)
    for (size, steps), result in found.smaller.items():
        measured(f"real images of {size.replace('x', ' × ')} pixels, {steps} steps of 64, annealed learning rate", result, of_it)
    for name, shown in (("parameters", "parameters"), ("macs", "MACs")):
        row(shown, "0", found.curricula[0]["correlation"]["baselines"][name])
    for name, result in found.untrained.items():
        measured(name, result)
    return lines


def value(estimate):
    # If all values are equal, there is no order.
    return (estimate or {"value": -1})["value"]


def rho(result, blend=False):
    return value(quality(result, blend)["spearman"]["all"])


def resampled(result, trainings, times=1000):
    """The uncertainty of a time ratio: for each resample of the candidates, the ratio of the cheapest real training that ranks them as well."""
    orders = [{c["architecture"]: c["score"] for c in row["candidates"]} for row in (result, *trainings)]
    truth = {c["architecture"]: c["real"] for c in result["candidates"]}
    names, random, ratios = list(truth), Random(0), []
    for _ in range(times):
        drawn = random.choices(names, k=len(names))
        own, *others = (spearman([order[n] for n in drawn], [truth[n] for n in drawn]) for order in orders)
        ratios.append(min((row["seconds"] / result["seconds"] for row, other in zip(trainings, others) if other >= own), default=math.inf))
    longest = max(row["seconds"] for row in trainings) / result["seconds"]
    ratios.sort()
    low, middle, high = (f"{value:.1f}" if value < math.inf else f"more than {longest:.1f}" for value in (ratios[times * k // 1000] for k in (25, 500, 975)))
    return f"{middle} [{low}, {high}]"


def comparisons(found, training):
    """The savings of each curriculum against real training, and the cost of the teachers."""
    rows, lines = [], []
    trainings = [(f"{steps} steps", result) for steps, result in found.real.items()] + [
        (f"{steps} steps at {size.replace('x', ' × ')} pixels", result) for (size, steps), result in found.smaller.items()]
    trainings.sort(key=lambda row: row[1]["seconds"])

    def against_real(name, result, blend=False, learned=None):
        """A row: the cheapest real training that ranks as well, and its relative cost if both were timed on the same machine. `learned` is the cost of the
        meta-training in seconds of one core."""
        known = [row for row in trainings if quality(row[1], blend)]
        if not known:
            return
        equal = [row for row in known if rho(row[1], blend) >= rho(result, blend)]
        length, other = (equal or known[-1:])[0]
        ratio, again, since = "other machine", "", ""
        if other["machine"] == result["machine"]:
            ratio = f"{other['seconds'] / result['seconds']:.1f}"
            again = "" if blend else resampled(result, [row for _, row in known if row["machine"] == result["machine"]])
            if learned and other["seconds"] > result["seconds"]:
                since = f"{math.ceil(learned / (other['seconds'] - result['seconds'])):,}"
        rows.append(f"| {name} | {length if equal else f'none; the longest is {length}'} | {ratio} | {again} | {since} |")
    of_it = "blend of this score and parameters"
    if found.curriculum:
        against_real("curriculum, 1 pass", found.curriculum)
    for passes, result in found.passes.items():
        against_real(f"curriculum, {passes} passes", result)
    if found.fitted:
        against_real(found.fitted_name, found.fitted)
        against_real(of_it, found.fitted, blend=True)
        if "teacher" in found.records and not found.fitted_recipe["teacher"]:
            teacher, scored = found.records["teacher"], found.fitted["seconds"] * len(found.fitted["candidates"])
            lines += [f"The score by training loss costs {(scored + teacher.get('cores', 1) * teacher['elapsed_seconds']) / 60:.0f} minutes of one core for all candidates: "
                      f"{scored / 60:.0f} for the scores, the rest for the teacher.", ""]
    for passes, result in found.ranked.items():
        against_real(f"curriculum meta-trained to rank by accuracy, {passes} passes", result)
    learned, machine = None, None
    if found.short:
        drawn, taught = found.records["short-pilot"], [found.records[name] for name in SMALL_TEACHERS]
        learned, machine = drawn["candidates"] * drawn["seconds"] + sum(made["cores"] * made["elapsed_seconds"] for made in taught), drawn["machine"]
    for passes, result in found.short.items():
        against_real(f"curriculum of 14 × 14 pixels meta-trained to rank by short trainings, {passes} passes", result, learned=learned)
        against_real(of_it, result, blend=True)
    if found.shipped:
        # Made in the same way, it cost the same on the same machine.
        against_real("the teacher that ships with gtn-nas", found.shipped, learned=learned if machine == found.shipped["machine"] else None)
        against_real(of_it, found.shipped, blend=True)
    if found.short:
        lines += [f"Meta-training to rank by short trainings cost {learned / 60:.0f} minutes of one core: {drawn['candidates']} short trainings ({drawn['seconds']:.1f} s each) and the "
                  "meta-steps. It used no accuracy of a full training.", ""]
    if found.ranked:
        count = len(found.pilot["accuracies"])
        cost = count * found.pilot["seconds"] + found.records["ranked-teacher"]["elapsed_seconds"]
        lines += [f"Meta-training to rank by accuracy cost {cost / 60:.0f} minutes: {count} trainings of {training} ({found.pilot['seconds']:.1f} s each) and the meta-steps. "
                  "It used no accuracy of the candidates above.", ""]
    saved = ["## Time saved against real training", "",
             "The cheapest real training is the fastest one in the table above whose ρ over all candidates is at least that of the score. Blends are compared with blends.",
             "", "- **Time ratio**: its time for a candidate divided by that of the score. If no real training ranks as well, the longest one is used.",
             "- **Resampled**: median of the ratio over 1,000 resamples of the candidates, with the 95 % interval.",
             "- **Break-even**: the number of candidates from which the score saves time, meta-training included.", "",
             "| score | cheapest real training | time ratio | resampled | break-even |", "|---|---|---|---|---|", *rows, ""]
    return [*(saved if rows else []), *(["## Cost", "", *lines] if lines else [])]


def by_training_loss(found):
    """The scores by training loss with their names."""
    if found.fitted:
        yield found.fitted_name, found.fitted
    for passes, result in found.ranked.items():
        yield f"curriculum meta-trained to rank by accuracy, {passes} passes", result
    for passes, result in found.short.items():
        yield f"curriculum of 14 × 14 pixels meta-trained to rank by short trainings, {passes} passes", result
    if found.shipped:
        yield "the teacher that ships with gtn-nas", found.shipped


def every_cell(found):
    """The figures as in published rankings: all cells count, and cells of the same function share a score."""
    if not (found.cells and found.fitted):
        return []
    candidates = {found.cells[candidate["architecture"]]["hash"]: candidate for candidate in found.fitted["candidates"]}
    names = [name for name in found.cells if found.cells[name]["hash"] in candidates]
    own = {name: candidates[found.cells[name]["hash"]] for name in names}

    def row(shown, value):
        return f"| {shown} | {' | '.join(agreement({name: value(name) for name in names}, found.truth))} |"
    return ["", "## All cells counted", "", f"Published tables count cells that compute the same function separately. So counted, there are {len(names)} cells:", "",
            "| score | ρ, all | ρ, top half |", "|---|---|---|",
            row(found.fitted_name, lambda name: own[name]["score"]),
            row("parameters as published, dead branches included", lambda name: found.cells[name]["parameters"]),
            row("parameters without dead branches", lambda name: own[name]["parameters"])]


def commands(name, found, claims, zero_cost):
    teachers = []
    for shown, record in (("teacher", "teacher"), ("teacher of the score by training loss", "calm-teacher"), ("teacher meta-trained to rank by accuracy", "ranked-teacher"),
                          *zip(("small images: start", "small images: meta-trained to rank, first part", "small images: meta-trained to rank, second part"), SMALL_TEACHERS)):
        if record in found.records:
            made = found.records[record]
            teachers.append(f"| {shown} | {made['meta_steps']} | {made['elapsed_seconds'] / 60:.1f} | {made['machine']} | `{made['run']}` |")
    inputs = "" if name == "fashion" else " --cifar10 DIR --truth CSV"
    budget = re.search(r" --budget \S+", found.records["teacher"]["run"]) if "teacher" in found.records and not claims else None
    inputs += budget[0].replace("--budget", "--teacher-budget") if budget else ""
    # Names of files in the commands below.
    files = " ".join(word for result in found.trained for word in result["run"].split() if word.endswith(".safetensors"))
    named = ""
    if re.search(r"ranked-teacher-[01]\.safetensors", files):
        named += " The files `…-ranked-teacher-0.safetensors` and `-1` are the results of the first and the second part of meta-training to rank."
    if re.search(r"(?<!ranked-)teacher-\d+\.safetensors", files):
        named += f" {'Any other' if named else 'A'} file `…-teacher-N.safetensors` holds N passes, written by `gtn-nas teacher passes`."
    return ["## Commands", "", "| teacher | meta-steps | minutes | machine | command |", "|---|---|---|---|---|", *teachers, "",
            f"To reproduce, run `Scripts/studies/rankings {name}{inputs}{' --claims' if claims else ''}` (seed 0).{named} The study runs:", "", *(f"- `{result['run']}`" for result in found.trained),
            f"- the same with `--proxy {' | '.join(zero_cost)}`"]


def pictures(study, name, prefix, found):
    """Writes charts of score against accuracy for the curriculum that ranks best, and returns the line that links them."""
    for kind, values in (("curriculum", lambda candidates: [c["score"] for c in candidates]), ("blend", lambda candidates: [c["blend"] for c in candidates])):
        def rank_correlation(result):
            return spearman(values(result["candidates"]), [c["real"] for c in result["candidates"]])
        best = max(found.curricula, key=rank_correlation)
        study.write(f"{prefix}-{kind}.svg", scatter(
            values(best["candidates"]), [c["real"] for c in best["candidates"]], f"{name}: {kind} against real accuracy, ρ = {rank_correlation(best):.2f}",
            f"score by {kind}", "real accuracy, %"))
    return ["", f"Charts of score against real accuracy, for the curriculum that ranks best: [curriculum]({prefix}-curriculum.svg), [blend]({prefix}-blend.svg)."]
