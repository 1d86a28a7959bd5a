"""What predicts accuracies of architectures without training them: a regression on their decisions."""
import math
import re

from study import ranks


def decisions(text):
    """The operations of an architecture, in the notation of a space or of NAS-Bench-201, each with its place."""
    return set(enumerate(word for word in re.split(r"[.,|+]+", text) if word))


def shares(values):
    """Ranks over their number: {name: share}."""
    return {name: rank / len(values) for name, rank in zip(values, ranks(list(values.values())))}


def ridge(known, others, beside=None, penalty=1.0):
    """Accuracies predicted by ridge regression on one-hot decisions: {architecture: prediction}. `beside` are numbers of each, {architecture: [number]},
    that take part standardized."""
    alternatives = sorted({decision for text in [*known, *others] for decision in decisions(text)})
    columns = list(zip(*((beside[text] for text in known)))) if beside else []
    scales = [(mean, math.sqrt(sum((x - mean) ** 2 for x in column) / len(column)) or 1) for column in columns for mean in [sum(column) / len(column)]]

    def row(text):
        chosen = decisions(text)
        numbers = [(x - mean) / deviation for x, (mean, deviation) in zip(beside[text], scales)] if beside else []
        return [float(alternative in chosen) for alternative in alternatives] + numbers
    rows, mean = [row(text) for text in known], sum(known.values()) / len(known)
    targets = [value - mean for value in known.values()]
    size = len(rows[0])
    # (XᵀX + λ) w = Xᵀ y, by elimination.
    system = [[sum(r[i] * r[j] for r in rows) + penalty * (i == j) for j in range(size)] + [sum(r[i] * y for r, y in zip(rows, targets))] for i in range(size)]
    for i in range(size):
        for k in range(size):
            if k != i:
                factor = system[k][i] / system[i][i]
                system[k] = [a - factor * b for a, b in zip(system[k], system[i])]
    weights = [system[i][size] / system[i][i] for i in range(size)]
    return {text: mean + sum(w * x for w, x in zip(weights, row(text))) for text in others}


def cross_validated(candidates, beside=True, folds=5):
    """The share by accuracy that ridge regression predicts of each candidate from those of the other folds: {architecture: prediction}. With `beside`, the
    shares by score and by parameters take part. Shares, as the worst accuracies lie so far below that a line through all of them orders the others badly."""
    truth = {c["architecture"]: c["real"] for c in candidates}
    by_score, by_size = (shares({c["architecture"]: c[key] for c in candidates}) for key in ("score", "parameters"))
    numbers = {name: [by_score[name], by_size[name]] for name in truth} if beside else None
    # Sorted by name, neighbors are alike: each fold has some of all.
    names, predictions = sorted(truth), {}
    for fold in range(folds):
        others = names[fold::folds]
        predictions.update(ridge(shares({name: truth[name] for name in names if name not in others}), others, numbers))
    return predictions
