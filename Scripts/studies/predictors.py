"""What tells accuracies of architectures without training them: a regression on their decisions, a blend of ranks."""
from study import ranks


def ridge(known, others, penalty=1.0):
    """Accuracies predicted by ridge regression on one-hot decisions: {architecture: prediction}."""
    alternatives = sorted({(place, name) for text in [*known, *others] for place, name in enumerate(text.replace(",", ".").split("."))})

    def row(text):
        chosen = set(enumerate(text.replace(",", ".").split(".")))
        return [float(alternative in chosen) for alternative in alternatives]
    rows, mean = [row(text) for text in known], sum(known.values()) / len(known)
    targets = [value - mean for value in known.values()]
    size = len(alternatives)
    # (XᵀX + λ) w = Xᵀ y, by elimination.
    system = [[sum(r[i] * r[j] for r in rows) + penalty * (i == j) for j in range(size)] + [sum(r[i] * y for r, y in zip(rows, targets))] for i in range(size)]
    for i in range(size):
        for k in range(size):
            if k != i:
                factor = system[k][i] / system[i][i]
                system[k] = [a - factor * b for a, b in zip(system[k], system[i])]
    weights = [system[i][size] / system[i][i] for i in range(size)]
    return {text: mean + sum(w * x for w, x in zip(weights, row(text))) for text in others}


def blended(candidates):
    """As `--proxy blend`: the mean of the ranks by score and by parameters, over the number of candidates."""
    by_score, by_size = ranks([c["score"] for c in candidates]), ranks([c["parameters"] for c in candidates])
    return [(a + b) / 2 / len(candidates) for a, b in zip(by_score, by_size)]
