"""How the members and weights of the default ranking were chosen: the page of the tuning halves of Scripts/studies/scores."""
import math
from random import Random

from study import ranks, spearman

VALUES = {"curriculum": [1, 2, 3, 4], "macs": [1, 2, 3, 4], "parameters": [0, 0.5], "jacob_cov": [0, 0.5, 1, 2], "trainability": [0, 0.5, 1],
          "nwot": [0, 0.25, 0.5, 1], "zico": [0, 0.5, 1], "synflow": [0, 0.5, 1], "expressivity": [0, 0.5, 0.75, 1]}
CHOSEN = {"curriculum": 3, "macs": 3, "jacob_cov": 1, "expressivity": 0.75}
TRIED, SHOWN = 1_500, 8
# How far ρ on a space left out may be below the best single score.
MARGIN = 0.03
PENALTIES, PENALTY, KNOWN, DRAWS = [10, 20, 30, 60], 30, 16, 20


def standardized(values):
    mean = sum(values) / len(values)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
    return [(value - mean) / deviation for value in values]


class Table:
    """The networks of one space: standardized logarithms of the ranks by each score, and accuracies."""

    def __init__(self, record):
        rows = [row for row in record["ranking"] if "accuracy" in row]
        self.accuracies = [row["accuracy"] for row in rows]
        self.features = {}
        for name in VALUES:
            values = [row["scores"][name] for row in rows]
            worst = min((value for value in values if value is not None), default=0) - 1
            known = [worst if value is None else value for value in values]
            if len(set(known)) > 1:
                self.features[name] = standardized([math.log(rank / len(rows)) for rank in ranks(known)])
        self.correlations = {(a, b): sum(x * y for x, y in zip(self.features[a], self.features[b])) / len(rows) for a in self.features for b in self.features}
        self.single = {name: spearman(values, self.accuracies) for name, values in self.features.items() if name != "curriculum"}

    def weights(self, prior, consensus=True):
        """The weights of the members before any accuracy is known."""
        names = [name for name in self.features if prior.get(name)]
        vector = [1.0] * len(names)
        for _ in range(200 if consensus else 0):
            vector = [sum(self.correlations[a, b] * value for b, value in zip(names, vector)) for a in names]
            length = math.sqrt(sum(value * value for value in vector))
            vector = [value / length for value in vector]
        raw = {name: prior[name] * max(0, value) ** 2 for name, value in zip(names, vector)}
        return {name: weight / sum(raw.values()) for name, weight in raw.items()}

    def scores(self, weights, places=None):
        places = range(len(self.accuracies)) if places is None else places
        return [sum(weight * self.features[name][place] for name, weight in weights.items()) for place in places]

    def rho(self, prior, consensus=True):
        return spearman(self.scores(self.weights(prior, consensus)), self.accuracies)

    def fitted(self, prior, known, penalty):
        """The weights fitted to the accuracies of some networks: ridge regression towards the prior's direction, without negative weights."""
        names, start = list(self.features), self.weights(prior)
        y = standardized(ranks([self.accuracies[place] for place in known]))
        columns = {}
        for name in names:
            values = [self.features[name][place] for place in known]
            mean = sum(values) / len(values)
            columns[name] = [value - mean for value in values]
        believed = [sum(start.get(name, 0) * columns[name][row] for name in names) for row in range(len(known))]
        slope = sum(a * b for a, b in zip(believed, y)) / sum(value * value for value in believed)
        whole = self.scores(start)
        deviation = math.sqrt(sum(value * value for value in whole) / len(whole))
        scale = min(max(slope, 0.1 / deviation), 1 / deviation)
        target = {name: scale * start.get(name, 0) for name in names}
        weights = dict(target)
        residual = [y[row] - sum(weights[name] * columns[name][row] for name in names) for row in range(len(known))]
        for _ in range(300):
            for name in names:
                square = sum(value * value for value in columns[name])
                product = sum(a * b for a, b in zip(columns[name], residual)) + square * weights[name]
                new = max(0, (product + penalty * target[name]) / (square + penalty))
                residual = [value - (new - weights[name]) * x for value, x in zip(residual, columns[name])]
                weights[name] = new
        return weights

    def gain(self, prior, penalty, draws):
        """Mean ρ with fitted weights on the networks that were not drawn, and that without."""
        fitted, plain = [], []
        for draw in range(draws):
            known = Random(draw).sample(range(len(self.accuracies)), min(KNOWN, len(self.accuracies) // 2))
            rest = [place for place in range(len(self.accuracies)) if place not in known]
            real = [self.accuracies[place] for place in rest]
            fitted.append(spearman(self.scores(self.fitted(prior, known, penalty), rest), real))
            plain.append(spearman(self.scores(self.weights(prior), rest), real))
        return sum(fitted) / draws, sum(plain) / draws


def shown(prior):
    return ", ".join(f"{name} {weight:g}" for name, weight in sorted(prior.items(), key=lambda pair: -pair[1]) if weight)


def page(study, known, titles):
    tables = {name: Table(found[0]) for name, found in known.items() if found}
    best = {name: max(table.single.values()) for name, table in tables.items()}
    random = Random(0)
    priors = [CHOSEN]
    while len(priors) < (20 if study.rehearsal else TRIED):
        priors.append({name: random.choice(values) for name, values in VALUES.items()})
    found = [({name: table.rho(prior) for name, table in tables.items()}, prior) for prior in priors]

    def worst(values, left_out=None):
        return min(value - best[name] for name, value in values.items() if name != left_out)
    heads = " | ".join(titles[name] for name in tables)

    def cells(values):
        return " | ".join(f"{values[name]:.3f}" for name in tables)
    lines = ["# Which scores, with which weights?", "",
             "**Question.** Which members and prior weights of the default ranking rank best where they rank worst?", "",
             f"- **Networks**: {', '.join(f'{len(table.accuracies)} of the tuning half of {titles[name]}' for name, table in tables.items())}.",
             "- **Ranking**: the sum of standardized logarithms of ranks, each weighted by its prior weight times the square of its entry in the first "
             "eigenvector of the scores' correlations.",
             "- **Lead**: ρ minus that of the best single cost or untrained score. *Worst* is the smallest lead over the spaces.", "",
             f"## The best of {len(priors):,} random priors, and the one chosen", "",
             f"| prior weights | {heads} | worst lead |", "|" + "---|" * (len(tables) + 2),
             f"| **chosen**: {shown(CHOSEN)} | {cells(found[0][0])} | {worst(found[0][0]):+.3f} |",
             *(f"| {shown(prior)} | {cells(values)} | {worst(values):+.3f} |" for values, prior in sorted(found, key=lambda pair: -worst(pair[0]))[:SHOWN]),
             f"| the chosen weights, whether or not scores agree | {cells({name: table.rho(CHOSEN, consensus=False) for name, table in tables.items()})} | |",
             f"| without the curriculum | {cells({name: table.rho({**CHOSEN, 'curriculum': 0}) for name, table in tables.items()})} | |",
             f"| best single score | {cells(best)} | |", "",
             "The weights were chosen on the networks of this page, as a compromise: with less weight on `macs`, the ranking improves on NAS-Bench-Macro and becomes "
             "worse on NAS-Bench-201.", "",
             "## Leave one space out", "",
             "The best of the random priors on the other spaces, on the space left out.", "",
             f"| left out | prior weights | ρ there | with {KNOWN} accuracies | best single score there | chosen weights there |", "|---|---|---|---|---|---|"]
    draws = 2 if study.rehearsal else DRAWS
    missed = []
    for name in tables if len(tables) > 1 else []:
        values, prior = max(found[1:], key=lambda pair: worst(pair[0], name))
        learned = tables[name].gain(prior, PENALTY, draws)[0]
        lines.append(f"| {titles[name]} | {shown(prior)} | {values[name]:.3f} | {learned:.3f} | {best[name]:.3f} | {found[0][0][name]:.3f} |")
        missed += [f"on {titles[name]} without accuracies ({values[name]:.3f})"] if values[name] < best[name] - MARGIN else []
        missed += [f"on {titles[name]} with {KNOWN} accuracies ({learned:.3f})"] if learned < best[name] else []
    lines += ["", f"The aim is ρ at most {MARGIN} below the best single score there, and with {KNOWN} accuracies not below it. "
              f"Missed: {', '.join(missed) or 'nowhere'}."]
    lines += ["", f"## How strongly to hold on to these weights when {KNOWN} accuracies are known", "",
              f"ρ on the networks without a known accuracy, mean of {draws} draws. λ is the weight of the prior in the regression; λ = {PENALTY} was chosen.", "",
              f"| λ | {heads} |", "|" + "---|" * (len(tables) + 1),
              *(f"| {penalty} | {' | '.join(f'{table.gain(CHOSEN, penalty, draws)[0]:.3f}' for table in tables.values())} |" for penalty in PENALTIES),
              f"| not fitted | {' | '.join(f'{table.gain(CHOSEN, 1, draws)[1]:.3f}' for table in tables.values())} |", "",
              "To reproduce, run `Scripts/studies/scores SPACE --truth CSV --cifar10 DIR --part tune` for each space."]
    study.write("README.md", "\n".join(lines) + "\n")
