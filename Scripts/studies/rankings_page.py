"""The page of a study of rankings: tables, what real training takes to rank as well, costs, commands and pictures."""
import math
from dataclasses import dataclass, field
from random import Random

from predictors import cross_validated, ridge, shares
from study import curves, scatter, spearman


# What was learned one after the other.
SMALL_TEACHERS = ["small-teacher", "small-ranked-teacher-0", "small-ranked-teacher-1"]


@dataclass
class Findings:
    """What proxies came to, each as its record, and what else the study made."""
    truth: dict
    fitted_recipe: dict
    curriculum: dict = None
    replayed: dict = field(default_factory=dict)
    fitted: dict = None
    fitted_real: dict = None
    real: dict = field(default_factory=dict)
    # Of smaller images, by size and steps.
    smaller: dict = field(default_factory=dict)
    # By passes: made to rank by accuracies of a pilot.
    ranked: dict = field(default_factory=dict)
    pilot: dict = None
    # Accuracies of the other half of a table.
    known: dict = None
    # Every cell of a table: the hash of what it computes, its published parameters.
    cells: dict = None
    # By passes: of small images, made to rank by short trainings.
    short: dict = field(default_factory=dict)
    # The one that comes with gtn-nas, made alike.
    shipped: dict = None
    untrained: dict = field(default_factory=dict)
    records: dict = field(default_factory=dict)

    @property
    def curricula(self):
        return [result for result in (self.curriculum, *self.replayed.values(), self.fitted, *self.ranked.values(), *self.short.values(), self.shipped) if result]

    @property
    def trained(self):
        return [*self.curricula, *([self.fitted_real] if self.fitted_real else []), *self.real.values(), *self.smaller.values()]

    @property
    def machines(self):
        return list(dict.fromkeys(result["machine"] for result in [*self.trained, *self.untrained.values()]))

    def seconds(self, result):
        """As a table shows them, with a letter for the machine where there are several."""
        letter = f" ({chr(ord('a') + self.machines.index(result['machine']))})" if len(self.machines) > 1 else ""
        return f"{result['seconds']:.2f}{letter}"

    @property
    def through(self):
        return f"gone through {self.fitted_recipe['epochs']} times"


def write_page(study, name, prefix, found, claims, training, zero_cost):
    """Writes the page and its pictures; `training` says what a candidate's real training was, `claims` whether these are only the proxies that claims rest on."""
    lines = [*introduction(name, found, claims, training), *table(found), *every_cell(found), "", *comparisons(found, training), *commands(name, found, claims, zero_cost),
             *pictures(study, name, prefix, found)]
    study.write(f"{prefix}.md", "\n".join(lines) + "\n")


def write_curve(study, name, prefix, made, epochs):
    """Writes the page and the picture of rankings by teachers that were made in more and more time: {meta-steps: (the teacher's record, its ranking's)}."""
    rankings = [ranking for _, ranking in made.values()]
    parameters = rankings[0]["correlation"]["baselines"]["parameters"]
    minutes = {steps: teacher["elapsed_seconds"] / 60 for steps, (teacher, _) in made.items()}
    lines = [f"# Rankings of `{name}` against the time that the teacher was made in", "",
             f"{rankings[0]['correlation']['pairs']} cells of the half of the table that is not reported; each teacher made from the beginning, its curriculum gone through {epochs} times, candidates scored by",
             "the training loss of the last pass. Spearman's ρ with the published accuracy, 95 % bootstrap intervals.", "",
             "| meta-steps | minutes | ρ, all | ρ, top half | blend with parameters, all | blend, top half |", "|---|---|---|---|---|---|"]

    def cells(quality):
        return " | ".join(cell(quality["spearman"][span]) for span in ("all", "top50"))
    lines += [f"| {steps} | {minutes[steps]:.1f} | {cells(quality(ranking))} | {cells(quality(ranking, blend=True))} |" for steps, (_, ranking) in made.items()]
    lines += [f"| parameters alone | | {cells(parameters)} | | |", "",
              f"![ρ against the minutes of meta-training]({prefix}-curve.svg)", "",
              f"Made by `Scripts/studies/rankings {name} --part tune --curve` ({'; '.join(dict.fromkeys(ranking['machine'] for ranking in rankings))}):", ""]
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
    lines = [f"# Rankings of `{name}`: {title}", "",
             *(["Only the proxies that claims rest on, and what they are held against, made anew; [all that were tried]"
                f"({'fashion' if name == 'fashion' else name + '-report'}.md).", ""] if claims else []),
             f"{pairs} candidates; Spearman's ρ and Kendall's τ-b between a proxy's score and the real accuracy, 95 % bootstrap intervals. The top half is that of",
             "each proxy's own ranking. Seconds are those of one candidate on one core, judging included; regret is what is lost by taking the best tenth.", ""]
    if name == "fashion":
        made = found.records["truth"]
        values = list(made["accuracies"].values())
        first, second = ([row[i] for row in made["accuracies"].values()] for i in (0, 1))
        ceiling = made["correlation"]["noise_ceiling"]["spearman"]
        lines += [f"Real accuracy: mean of two trainings of {training} ({made['seconds']:.1f} s each on {made['machine']}), from {100 * min(map(min, values)):.2f} to "
                  f"{100 * max(map(max, values)):.2f} %. One training ranks",
                  f"the candidates as the other with ρ {cell(ceiling['all'])}, its top half {cell(ceiling['top50'])}: the noise ceiling."]
    else:
        lines += ["Real accuracy: the published one after 200 epochs on CIFAR-10 (mean of its seeds; NATS-Bench). Cells that compute the same are scored once."]
    if len(found.machines) > 1:
        letters = "; ".join(f"({chr(ord('a') + i)}) {machine}" for i, machine in enumerate(found.machines))
        lines += [f"Seconds are those of {letters}: only those of one machine compare."]
    return [*lines, ""]


def quality(result, blend=False):
    """How a proxy ranks, or its blend with parameters; None where there is no such blend."""
    others = result["correlation"].get("others", {})
    return next((others[name] for name in ("blend", "real-steps-blend") if name in others), None) if blend else result["correlation"]


def agreement(values, truth):
    """Spearman's ρ between values and the truth, {architecture: number}, of all and of the top half by value, as a page shows them."""
    half = sorted(values, key=lambda name: -values[name])[:-(-len(values) // 2)]
    return [f"{spearman([values[name] for name in names], [truth[name] for name in names]):.2f}" for names in (values, half)]


def table(found):
    lines = ["| proxy | seconds | ρ, all | ρ, top half | τ-b, all | regret, points |", "|---|---|---|---|---|---|"]

    def row(name, seconds, quality):
        regret = quality["top_k_regret"]
        lines.append(f"| {name} | {seconds} | {cell(quality['spearman']['all'])} | {cell(quality['spearman']['top50'])} | {cell(quality['kendall']['all'])} | "
                     f"{100 * regret['value']:.2f} |")

    def predicted(name, seconds, values):
        """A row of what a regression on accuracies predicts, {architecture: prediction}."""
        lines.append(f"| {name} | {seconds} | {' | '.join(agreement(values, found.truth))} | | |")

    def measured(name, result, blend=None):
        """A proxy's row and, where it is named, that of its blend."""
        row(name, found.seconds(result), quality(result))
        if blend and quality(result, blend=True):
            row(blend, found.seconds(result), quality(result, blend=True))
    of_it = "**blend** of it and parameters"
    if found.curriculum:
        measured("**curriculum**", found.curriculum, "**blend** of curriculum and parameters")
    for times, result in found.replayed.items():
        measured(f"**curriculum**, gone through {times} times", result, of_it)
    own = found.fitted_recipe["teacher"]
    shape = f" of {own[1]} steps of {own[3]}" if own else ""
    if found.fitted:
        measured(f"**curriculum**{shape}, {found.through}, by its training loss", found.fitted, of_it)
    for passes, result in found.ranked.items():
        measured(f"**curriculum made to rank** {len(found.pilot['accuracies'])} others, gone through {passes} times, by its training loss", result, of_it)
    for passes, result in found.short.items():
        measured(f"**curriculum of 14 × 14 pixels made to rank** {found.records['short-pilot']['candidates']:,} others as short trainings and parameters do, gone through "
                 f"{passes} times, by its training loss", result, of_it)
    if found.shipped:
        measured("**the curriculum that comes with gtn-nas**, made alike of 14 × 14 pixels, gone through as it advises, 16 times", found.shipped, of_it)
    if found.ranked:
        count = len(found.pilot["accuracies"])
        predicted(f"ridge regression on one-hot operations, with the same {count} accuracies", "0", ridge(found.pilot["accuracies"], found.truth))
    if found.known:
        candidates = found.fitted["candidates"]
        predicted(f"**ridge regression** on the ranks by that and by parameters and on one-hot operations, told {len(candidates) * 4 // 5} of these accuracies to predict "
                  "the others (five folds)", found.seconds(found.fitted), cross_validated(candidates))
        predicted("ridge regression on one-hot operations, told as many", "0", cross_validated(candidates, beside=False))
        predicted(f"the same, told the {len(found.known)} accuracies of the other half", "0", ridge(shares(found.known), [c["architecture"] for c in candidates]))
    if found.fitted_real:
        measured(f"as many real images, {found.through}, by their training loss", found.fitted_real, of_it)
    for steps, result in found.real.items():
        measured(f"real images, {steps} steps of 64, rate annealed", result, of_it)
    for (size, steps), result in found.smaller.items():
        measured(f"real images of {size.replace('x', ' × ')} pixels, {steps} steps of 64, rate annealed", result, of_it)
    for name, shown in (("parameters", "parameters"), ("macs", "MACs")):
        row(shown, "0", found.curricula[0]["correlation"]["baselines"][name])
    for name, result in found.untrained.items():
        measured(name, result)
    return lines


def value(estimate):
    # Where all are alike, there is no order.
    return (estimate or {"value": -1})["value"]


def rho(result, blend=False):
    return value(quality(result, blend)["spearman"]["all"])


def drawn_again(result, rivals, times=1000):
    """How sure it is what real training takes to rank as well: the candidates drawn again with replacement, the cheapest rival that ranks those as well."""
    orders = [{c["architecture"]: c["score"] for c in row["candidates"]} for row in (result, *rivals)]
    truth = {c["architecture"]: c["real"] for c in result["candidates"]}
    names, random, ratios = list(truth), Random(0), []
    for _ in range(times):
        drawn = random.choices(names, k=len(names))
        own, *others = (spearman([order[n] for n in drawn], [truth[n] for n in drawn]) for order in orders)
        ratios.append(min((row["seconds"] / result["seconds"] for row, other in zip(rivals, others) if other >= own), default=math.inf))
    longest = max(row["seconds"] for row in rivals) / result["seconds"]
    ratios.sort()
    low, middle, high = (f"{value:.1f}" if value < math.inf else f"more than {longest:.1f}" for value in (ratios[times * k // 1000] for k in (25, 500, 975)))
    return f"; of candidates drawn again {times:,} times, in the median {middle} times (95 %: {low} to {high})"


def comparisons(found, training):
    """What each curriculum saves against real images, and what those that were made to rank cost."""
    lines = []
    rivals = [(f"{steps} steps", result) for steps, result in found.real.items()] + [
        (f"{steps} steps at {size.replace('x', ' × ')} pixels", result) for (size, steps), result in found.smaller.items()]
    rivals.sort(key=lambda row: row[1]["seconds"])

    def against_real(name, result, blend=False, learned=None):
        """A line: the cheapest real training that ranks as well, like for like, and what it costs where it was timed on the same machine, as `learned` was, the
        seconds of one core that it took to learn."""
        known = [row for row in rivals if quality(row[1], blend)]
        if not known:
            return
        equal = [row for row in known if rho(row[1], blend) >= rho(result, blend)]
        length, other = (equal or known[-1:])[0]
        takes = "were timed on another machine"
        if other["machine"] == result["machine"]:
            takes = f"take {other['seconds'] / result['seconds']:.1f} times its time for a candidate"
            takes += "" if blend else drawn_again(result, [row for _, row in known if row["machine"] == result["machine"]])
            if learned and other["seconds"] > result["seconds"]:
                takes += f"; with what it cost to learn, it saves time from {math.ceil(learned / (other['seconds'] - result['seconds'])):,} candidates on"
        real = "real images and parameters" if blend else "real images"
        lines.append(f"- {name} ranks as {real} do in at most {length}, which {takes}." if equal else
                     f"- {name} ranks better than any of these short trainings on {real}; {length}, the longest, {takes}.")
    if found.curriculum:
        against_real("The curriculum", found.curriculum)
    for times, result in found.replayed.items():
        against_real(f"The curriculum gone through {times} times", result)
    if found.fitted:
        against_real(f"The curriculum {found.through}, by its training loss,", found.fitted)
        against_real("Its blend with parameters", found.fitted, blend=True)
        if "teacher" in found.records and not found.fitted_recipe["teacher"]:
            teacher, scored = found.records["teacher"], found.fitted["seconds"] * len(found.fitted["candidates"])
            lines.append(f"- In all, one core would take {(scored + teacher.get('cores', 1) * teacher['elapsed_seconds']) / 60:.0f} minutes: {scored / 60:.0f} for the scores, the rest for the teacher.")
    for passes, result in found.ranked.items():
        against_real(f"The curriculum made to rank, gone through {passes} times,", result)
    learned, machine = None, None
    if found.short:
        drawn, taught = found.records["short-pilot"], [found.records[name] for name in SMALL_TEACHERS]
        learned, machine = drawn["candidates"] * drawn["seconds"] + sum(made["cores"] * made["elapsed_seconds"] for made in taught), drawn["machine"]
    for passes, result in found.short.items():
        against_real(f"The curriculum of 14 × 14 pixels made to rank as short trainings and parameters do, gone through {passes} times,", result, learned=learned)
        against_real("Its blend with parameters", result, blend=True)
    if found.shipped:
        # Made alike, it cost as much on the same machine.
        against_real("The curriculum that comes with gtn-nas", found.shipped, learned=learned if machine == found.shipped["machine"] else None)
        against_real("Its blend with parameters", found.shipped, blend=True)
    if found.short:
        lines += ["", f"To learn what short trainings tell took {learned / 60:.0f} minutes of one core: {drawn['candidates']} of them ({drawn['seconds']:.1f} s each) and the meta-trainings; no "
                  "accuracy of a full training was seen."]
    if found.ranked:
        count = len(found.pilot["accuracies"])
        cost = count * found.pilot["seconds"] + found.records["ranked-teacher"]["elapsed_seconds"]
        lines += ["", f"What the other one learned to rank cost {cost / 60:.0f} minutes: {count} trainings of {training} ({found.pilot['seconds']:.1f} s each) and its",
                  "meta-training; it never saw an accuracy of these candidates."]
    return lines


def every_cell(found):
    """As published rankings count: cells that compute the same each for itself, with the score of the one that stands for them."""
    if not (found.cells and found.fitted):
        return []
    candidates = {found.cells[candidate["architecture"]]["hash"]: candidate for candidate in found.fitted["candidates"]}
    names = [name for name in found.cells if found.cells[name]["hash"] in candidates]
    own = {name: candidates[found.cells[name]["hash"]] for name in names}

    def shown(value):
        return " and ".join(agreement({name: value(name) for name in names}, found.truth))
    return ["", f"Counted as published tables count, cells that compute the same each for itself ({len(names)}; ρ, and that of the top half): the curriculum {found.through}, by its training loss, "
            f"{shown(lambda name: own[name]['score'])}; parameters as published, dead branches included, {shown(lambda name: found.cells[name]['parameters'])}; "
            f"parameters without dead branches {shown(lambda name: own[name]['parameters'])}."]


def commands(name, found, claims, zero_cost):
    lines = []
    for shown, record in (("The teacher", "teacher"), ("That of the training loss", "calm-teacher"), ("That made to rank", "ranked-teacher"),
                          *zip(("That of small images", "That of small images made to rank, first", "the rest"), SMALL_TEACHERS)):
        if record in found.records:
            made = found.records[record]
            lines += ["", f"{shown}: {made['meta_steps']} meta-steps in {made['elapsed_seconds'] / 60:.1f} minutes, `{made['run']}` ({made['machine']})."]
    return [*lines, "", f"Made by `Scripts/studies/rankings {name}{' --claims' if claims else ''}`:", "", *(f"- `{result['run']}`" for result in found.trained),
            f"- the same with `--proxy {' | '.join(zero_cost)}`"]


def pictures(study, name, prefix, found):
    """Writes scores against accuracies, of the curriculum that ranks best, and returns the line that names them."""
    for kind, values in (("curriculum", lambda candidates: [c["score"] for c in candidates]), ("blend", lambda candidates: [c["blend"] for c in candidates])):
        def rank_correlation(result):
            return spearman(values(result["candidates"]), [c["real"] for c in result["candidates"]])
        best = max(found.curricula, key=rank_correlation)
        study.write(f"{prefix}-{kind}.svg", scatter(
            values(best["candidates"]), [c["real"] for c in best["candidates"]], f"{name}: {kind} against real accuracy, ρ = {rank_correlation(best):.2f}",
            f"score by {kind}", "real accuracy, %"))
    return ["", f"Score against real accuracy, of the curriculum that ranks best: [curriculum]({prefix}-curriculum.svg), [blend]({prefix}-blend.svg)."]
