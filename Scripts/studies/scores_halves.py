"""The halves of tables of accuracies: networks that defaults were chosen on, and networks that are reported."""
import csv
import hashlib
import json
import os
from random import Random

from study import ROOT

SEEDS = ["0", "1", "2"]
TITLES = {"nas-bench-201": "NAS-Bench-201", "nas-bench-macro": "NAS-Bench-Macro", "naap-440": "NAAP-440", "fashion": "`fashion`"}
REPORTED = 200


def record(*names):
    with open(os.path.join(ROOT, "Results", *names)) as file:
        return json.load(file)


def mean(values):
    return sum(values) / len(values) if isinstance(values, list) else values


def halves(name, path):
    """The rows of both halves."""
    if name == "fashion":
        pilot = record("exploration", "rankings", "fashion-pilot.json")["accuracies"]
        claims = record("rankings", "fashion-claims-truth.json")["accuracies"]
        return ([{"architecture": key, "accuracy": mean(values)} for key, values in found.items()] for found in (pilot, claims))
    with open(path) as file:
        rows = list(csv.DictReader(file))
    if name == "nas-bench-201":
        return rows[:len(rows) // 2], rows[len(rows) // 2:]
    odd = [int(hashlib.sha256(row["architecture"].encode()).hexdigest()[:8], 16) % 2 for row in rows]
    reported = [row for row, one in zip(rows, odd) if one]
    Random(0).shuffle(reported)
    return [row for row, one in zip(rows, odd) if not one], reported[:REPORTED]


def arguments(parser):
    """The arguments of a study of one space."""
    parser.add_argument("space", choices=sorted(TITLES), help="the space to study")
    parser.add_argument("--truth", help="CSV file with the columns architecture and accuracy")
    parser.add_argument("--cifar10", help="directory of CIFAR-10, binary version")
    result = parser.parse_args()
    if result.space != "fashion" and not (result.truth and result.cifar10):
        parser.error(f"{result.space} needs --truth CSV and --cifar10 DIR")
    return result


def hidden(study, folder):
    """Parts of commands that pages do not show, and what they show instead."""
    return {**({folder: "DIR"} if folder else {}), study.files + "/": ""}


def records(study, name):
    """The records of all seeds."""
    found = []
    for path in (study.path(f"{name}-{seed}.json") for seed in SEEDS):
        if os.path.exists(path):
            with open(path) as file:
                found.append(json.load(file))
    return found
