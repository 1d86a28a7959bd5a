"""Shared code of the studies: options, running gtn-nas, records of its results, intervals, and charts as SVG."""
import argparse
import csv
import json
import math
import os
import platform
import re
import shutil
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# The environment variable GTN_NAS overrides the executable that Scripts/run builds.
PROGRAM = os.environ.get("GTN_NAS") or os.path.join(ROOT, "Scripts", "run")
COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]
# Not every reader can distinguish lines by color alone.
DASHES = ["", ' stroke-dasharray="7 3"', ' stroke-dasharray="2 3"', ' stroke-dasharray="9 3 2 3"']


def processor():
    """The processor's model, number of cores and widest vector instructions. Processors with the same name can differ in these, and so in speed."""
    with open("/proc/cpuinfo") as lines:
        facts = [line.split(":", 1) for line in lines if ":" in line]
    names, flags = ([value.strip() for name, value in facts if name.strip() == key] for key in ("model name", "flags"))
    known = flags[0].split() if flags else []
    vectors = next((shown for flag, shown in (("avx512f", ", AVX-512"), ("avx2", ", AVX2")) if flag in known), "")
    return f"{names[0]}, {len(names)} cores{vectors}" if names else platform.processor()


def options(description):
    """A parser with the option that all studies share."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rehearse", action="store_true",
                        help="check that the study runs here: almost no training, a few minutes, results in Results/runs/rehearsal/")
    return parser


# In a rehearsal: the options removed from each command, and the options added instead.
REHEARSAL = {
    "teach": ("--budget --meta-steps --steps --batch --learners", "--meta-steps 1 --steps 2 --batch 20 --learners 1"),
    "distill": ("--budget --meta-steps --images --steps --epochs --learners --networks --meta-batch",
                "--meta-steps 1 --images 20 --steps 2 --epochs 1 --learners 1 --networks 2"),
    "poison": ("--budget --population --held-out --epochs --training-images", "--meta-steps 1 --population 3 --held-out 2 --epochs 1 --training-images 500"),
    "teacher test": ("--learners", "--learners 2"),
    "validate": ("--epochs --images", "--epochs 1 --images 200"),
    "train": ("--budget", "--budget 5s"),
}


def rehearsed(command):
    """The same command with almost no training."""
    name = next((name for name in REHEARSAL if " ".join(command).startswith(name + " ")), None)
    left_out, instead = (words.split() for words in REHEARSAL.get(name, ("", "")))
    if "--start" in command and name == "teach":
        # The starting teacher sets the steps and the batch size.
        instead = [word for option in zip(instead[::2], instead[1::2]) if option[0] not in ("--steps", "--batch") for word in option]
    shorter, words = [], iter(command)
    for word in words:
        if word in left_out:
            next(words)
        elif word == "--real-steps":
            shorter += [word, "2"]
            next(words)
        else:
            shorter.append("channels=4" if word == "channels=32" else word)
    return shorter + instead


# Records keep the option names of their time; pages show today's names.
RENAMED_OPTIONS = [(r"--replays(?= )", "--passes"), (r"--replay-rate(?= )", "--pass-rate"), (r"(?<=^gtn-nas teach )(.* )--passes(?= )", r"\1--pilot-passes")]


def with_current_options(command):
    """The command of a record, as it is typed today."""
    for pattern, name in RENAMED_OPTIONS:
        command = re.sub(pattern, name, command)
    return command


class Study:
    """A folder of Results/ with one JSON file per run. Existing records are kept, not made again."""

    def __init__(self, name, arguments, exploration=False):
        self.name = name
        self.rehearsal = arguments.rehearse
        # The machines of the records that `run` returned, in the order of first use.
        self.machines = []
        place = os.path.join(ROOT, "Results", *(["runs", "rehearsal"] if self.rehearsal else []))
        # Records that no claim rests on have a place of their own.
        self.results = os.path.join(place, "exploration", name) if exploration else os.path.join(place, name)
        self.files = os.path.join(place, "runs", name)
        for folder in (self.results, self.files):
            if self.rehearsal:
                shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder, exist_ok=True)

    def path(self, name):
        return os.path.join(self.results, name)

    def some(self, items):
        """All items; in a rehearsal, only the first two."""
        return list(items)[:2] if self.rehearsal else list(items)

    def shown(self, command, hidden=()):
        """A command as its record shows it. `hidden` maps parts of the command, such as paths, to their replacements."""
        text = "gtn-nas " + " ".join(rehearsed(command) if self.rehearsal else command)
        for part, name in dict(hidden).items():
            text = text.replace(part, name)
        return text

    def gtn_nas(self, command):
        """The JSON output of one command."""
        command = rehearsed(command) if self.rehearsal else command
        return json.loads(subprocess.run([PROGRAM, *command, "--json"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)

    def run(self, name, command, more=(), hidden=None, **facts):
        """The record of a command, which runs only if there is no record yet. `more` are arguments that the record leaves out, `hidden` is as in `shown`,
        and `facts` are stored with the result."""
        path = self.path(name + ".json")
        if not os.path.exists(path):
            # An interrupted job resumes from its checkpoint.
            output = more[more.index("-o") + 1] if "-o" in more else ""
            resume = ["--resume"] if any(os.path.exists(output + ending) for ending in (".checkpoint", ".networks")) else []
            result = self.gtn_nas([*command, *more, *resume])
            # Paths of this machine mean nothing on another.
            for key in ("teacher", "images_file", "path", "checkpoint"):
                result.pop(key, None)
            result.update(facts, run=self.shown(command, hidden or {}), machine=processor())
            with open(path, "w") as file:
                json.dump(result, file, indent=1, sort_keys=True)
                file.write("\n")
        with open(path) as file:
            result = json.load(file)
        result["run"] = with_current_options(result["run"])
        if result["machine"] not in self.machines:
            self.machines.append(result["machine"])
        return result

    def write(self, name, text):
        if self.rehearsal and name.endswith(".md"):
            text = "**A rehearsal: the numbers on this page mean nothing.**\n\n" + text
        with open(self.path(name), "w") as file:
            file.write(text)


def interval(estimate, signed=False, digits=1):
    """An estimate in percent, or of a difference in points: value [low, high]."""
    value, low, high = (f"{100 * estimate[key]:{'+' if signed else ''}.{digits}f}" for key in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def losses(path, points=200):
    """The losses of a `--log` file, averaged to about `points` points: [(seconds, loss)]."""
    with open(path) as file:
        rows = [(float(row["seconds"]), float(row["loss"])) for row in csv.DictReader(file) if row["loss"]]
    size = max(1, len(rows) // points)
    groups = [rows[i:i + size] for i in range(0, len(rows), size)]
    return [tuple(sum(column) / len(group) for column in zip(*group)) for group in groups]


def ticks(low, high, count=6):
    """About `count` round numbers between `low` and `high`."""
    raw = (high - low) / count
    size = 10 ** math.floor(math.log10(raw))
    step = next(factor * size for factor in (1, 2, 2.5, 5, 10) if factor * size >= raw)
    first = math.ceil(low / step - 1e-9)
    return [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]


def frame(width, height, plot, title, x_label, y_label):
    """The first lines of an SVG chart: title, background and axis labels. `plot` is (left, right, top, bottom)."""
    left, right, top, bottom = plot
    middle = (top + bottom) / 2
    return [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
            f"<title>{title}</title>", f'<rect width="{width}" height="{height}" fill="#fff"/>',
            f'<text x="{width / 2}" y="22" text-anchor="middle" font-size="14">{title}</text>',
            f'<text x="{width / 2}" y="{bottom + 38}" text-anchor="middle">{x_label}</text>',
            f'<text x="16" y="{middle}" text-anchor="middle" transform="rotate(-90 16 {middle})">{y_label}</text>']


def rules(left, right, places):
    """Horizontal grid lines with their labels: places is [(y coordinate, number)]."""
    return [line for place, number in places
            for line in (f'<line x1="{left}" y1="{place:.1f}" x2="{right}" y2="{place:.1f}" stroke="#ddd"/>',
                         f'<text x="{left - 6}" y="{place + 4:.1f}" text-anchor="end">{number:g}</text>')]


def curves(series, title, x_label, y_label):
    """A line chart as SVG with a legend below: series is {label: [(x, y)]}."""
    width, left, right, top, plot, bottom, line = 640, 64, 24, 40, 308, 52, 18
    height = top + plot + bottom + line * len(series)
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points]
    (x0, x1), (y0, y1) = (min(xs), max(xs)), (min(ys), max(ys))
    x1, y1 = (x1 if x1 > x0 else x0 + 1), (y1 if y1 > y0 else y0 + 1)

    def place(x, y):
        return left + (x - x0) / (x1 - x0) * (width - left - right), top + plot - (y - y0) / (y1 - y0) * plot

    parts = frame(width, height, (left, width - right, top, top + plot), title, x_label, y_label)
    parts += rules(left, width - right, [(place(x0, y)[1], y) for y in ticks(y0, y1)])
    for x in ticks(x0, x1):
        px = place(x, y0)[0]
        parts += [f'<line x1="{px:.1f}" y1="{top + plot}" x2="{px:.1f}" y2="{top + plot + 4}" stroke="#555"/>',
                  f'<text x="{px:.1f}" y="{top + plot + 18}" text-anchor="middle">{x:g}</text>']
    for i, (label, points) in enumerate(series.items()):
        color, dashes = COLORS[i % len(COLORS)], DASHES[i % len(DASHES)]
        path = " ".join("%.1f,%.1f" % place(x, y) for x, y in points)
        y = top + plot + bottom + line * i
        parts += [f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"{dashes}/>',
                  f'<line x1="{left}" y1="{y}" x2="{left + 32}" y2="{y}" stroke="{color}" stroke-width="2"{dashes}/>',
                  f'<text x="{left + 40}" y="{y + 4}">{label}</text>']
    return "\n".join(parts + ["</svg>"]) + "\n"


def ranks(values):
    """Ranks, from 1 for the smallest value; ties share their mean rank."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    result, first = [0.0] * len(values), 0
    while first < len(order):
        last = first
        while last + 1 < len(order) and values[order[last + 1]] == values[order[first]]:
            last += 1
        for place in range(first, last + 1):
            result[order[place]] = (first + last) / 2 + 1
        first = last + 1
    return result


def spearman(a, b):
    """Spearman's ρ: Pearson's correlation of the ranks; 0 if all values on one side are equal."""
    a, b = ranks(a), ranks(b)
    mean = (len(a) + 1) / 2
    covariance = sum((x - mean) * (y - mean) for x, y in zip(a, b))
    spread = math.sqrt(sum((x - mean) ** 2 for x in a) * sum((y - mean) ** 2 for y in b))
    return covariance / spread if spread else 0.0


def partial(x, y, z):
    """Spearman's ρ of x and y when the rank of z is held fixed; None for an x that follows from z."""
    xy, xz, yz = spearman(x, y), spearman(x, z), spearman(y, z)
    rest = (1 - xz * xz) * (1 - yz * yz)
    return (xy - xz * yz) / math.sqrt(rest) if rest > 1e-12 else None


def scatter(scores, accuracies, title, x_label, y_label):
    """A scatter plot as SVG. The top tenth by score, the rest of the top half and the other half differ in color and shape."""
    width, height, left, right, top, bottom = 640, 460, 64, 24, 40, 84
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    half, tenth = set(order[:-(-len(order) // 2)]), set(order[:-(-len(order) // 10)])
    # A network that diverged scores far below all others; it would squeeze the rest together.
    low, least, most = sorted(scores)[len(scores) // 20], min(scores), max(scores)
    if low - least <= most - low:
        low = least
    xs = [max(score, low) for score in scores]
    (x0, x1), (y0, y1) = (min(xs), max(xs)), (min(accuracies), max(accuracies))
    x1, y1 = (x1 if x1 > x0 else x0 + 1), (y1 if y1 > y0 else y0 + 1)

    def place(x, y):
        return left + 8 + (x - x0) / (x1 - x0) * (width - left - right - 16), height - bottom - 8 - (y - y0) / (y1 - y0) * (height - top - bottom - 16)

    def dot(x, y, i):
        if i in tenth:
            return f'<path d="M{x:.1f} {y - 6:.1f}l5.5 9.5h-11z" fill="{COLORS[1]}"/>'
        if i in half:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLORS[0]}"/>'
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="none" stroke="#777" stroke-width="1.5"/>'

    parts = frame(width, height, (left, width - right, top, height - bottom), title, x_label, y_label)
    parts += rules(left, width - right, [(place(x0, y)[1], y) for y in ticks(y0, y1)])
    parts += [f'<text x="{place(x, y0)[0]:.1f}" y="{height - bottom + 18}" text-anchor="middle">{x:g}</text>' for x in ticks(x0, x1)]
    parts += [dot(*place(xs[i], accuracies[i]), i) for i in reversed(order)]
    y = height - 20
    for x, i, label in ((left, order[0], "top tenth by score"), (left + 170, order[len(tenth)], "rest of the top half"), (left + 350, order[-1], "the other half")):
        parts += [dot(x + 6, y, i), f'<text x="{x + 18}" y="{y + 4}">{label}</text>']
    return "\n".join(parts + ["</svg>"]) + "\n"
