"""Prediction of accuracies without training: ridge regression on the decisions of architectures."""
import math
import re

from study import ranks


def decisions(text):
    """The operations of an architecture with their positions, from a space's own notation or that of NAS-Bench-201."""
    return set(enumerate(word for word in re.split(r"[.,|+]+", text) if word))


def shares(values):
    """Ranks divided by their number: {name: share}."""
    return {name: rank / len(values) for name, rank in zip(values, ranks(list(values.values())))}


def ridge(known, others, beside=None, penalty=1.0):
    """Accuracies predicted by ridge regression on one-hot decisions: {architecture: prediction}. `beside` adds further features, standardized:
    {architecture: [number]}."""
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
    # Solves (XᵀX + λI) w = Xᵀy by Gaussian elimination.
    system = [[sum(r[i] * r[j] for r in rows) + penalty * (i == j) for j in range(size)] + [sum(r[i] * y for r, y in zip(rows, targets))] for i in range(size)]
    for i in range(size):
        for k in range(size):
            if k != i:
                factor = system[k][i] / system[i][i]
                system[k] = [a - factor * b for a, b in zip(system[k], system[i])]
    weights = [system[i][size] / system[i][i] for i in range(size)]
    return {text: mean + sum(w * x for w, x in zip(weights, row(text))) for text in others}


def cross_validated(candidates, beside=True, folds=5):
    """Accuracy shares that ridge regression predicts for each candidate from the other folds: {architecture: prediction}. With `beside`, the shares by
    score and by parameters are features. Targets are shares because the lowest accuracies are outliers that would bias a linear fit."""
    truth = {c["architecture"]: c["real"] for c in candidates}
    by_score, by_size = (shares({c["architecture"]: c[key] for c in candidates}) for key in ("score", "parameters"))
    numbers = {name: [by_score[name], by_size[name]] for name in truth} if beside else None
    # Neighbors in the order of names are similar; striding spreads them over the folds.
    names, predictions = sorted(truth), {}
    for fold in range(folds):
        others = names[fold::folds]
        predictions.update(ridge(shares({name: truth[name] for name in names if name not in others}), others, numbers))
    return predictions
