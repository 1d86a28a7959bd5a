"""What the studies share: running gtn-nas and keeping what it said, tables, and curves as SVG."""
import csv
import json
import os
import platform
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]


def processor():
    with open("/proc/cpuinfo") as lines:
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.processor()


def gtn_nas(arguments):
    """What one command prints with --json."""
    told = subprocess.run([os.path.join(ROOT, "Scripts", "run"), *arguments, "--json"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    return json.loads(told)


class Study:
    """A folder of Results/: one JSON file for each run, what is there already is not made again."""

    def __init__(self, name):
        self.name = name
        self.results = os.path.join(ROOT, "Results", name)
        self.files = os.path.join(ROOT, "Results", "runs", name)
        for folder in (self.results, self.files):
            os.makedirs(folder, exist_ok=True)

    def path(self, name):
        return os.path.join(self.results, name)

    def run(self, name, command, more=(), hidden=None, **facts):
        """Runs a command once. `more` are paths that the record leaves out; `hidden` are parts of the command and what stands for them; `facts` are kept
        with the result."""
        path = self.path(name + ".json")
        if not os.path.exists(path):
            # What was killed goes on from its checkpoint.
            output = more[more.index("-o") + 1] if "-o" in more else ""
            resume = ["--resume"] if os.path.exists(output + ".checkpoint") else []
            result = gtn_nas([*command, *more, *resume])
            text = "gtn-nas " + " ".join(command)
            for part, shown in (hidden or {}).items():
                text = text.replace(part, shown)
            for key in ("teacher", "images_file"):
                result.pop(key, None)
            result.update(facts, run=text, machine=processor())
            with open(path, "w") as file:
                json.dump(result, file, indent=1, sort_keys=True)
                file.write("\n")
        with open(path) as file:
            return json.load(file)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)


def interval(estimate, signed=False):
    """An estimate of a share as percent, or of a difference as points: value [low, high]."""
    value, low, high = (100 * estimate[key] for key in ("value", "low", "high"))
    return f"{value:{'+' if signed else ''}.1f} [{low:{'+' if signed else ''}.1f}, {high:{'+' if signed else ''}.1f}]"


def losses(path, points=200):
    """The losses of a `--log` file, averaged to so many points: [(seconds, loss)]."""
    with open(path) as file:
        rows = [(float(row["seconds"]), float(row["loss"])) for row in csv.DictReader(file) if row["loss"]]
    size = max(1, len(rows) // points)
    groups = [rows[i:i + size] for i in range(0, len(rows), size)]
    return [tuple(sum(column) / len(group) for column in zip(*group)) for group in groups]


def curves(series, title, x_label, y_label):
    """Lines as an SVG picture: series is {label: [(x, y)]}."""
    width, height, left, right, top, bottom = 640, 400, 64, 24, 40, 52
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points]
    (x0, x1), (y0, y1) = (min(xs), max(xs)), (min(ys), max(ys))
    x1, y1 = (x1 if x1 > x0 else x0 + 1), (y1 if y1 > y0 else y0 + 1)

    def place(x, y):
        return left + (x - x0) / (x1 - x0) * (width - left - right), height - bottom - (y - y0) / (y1 - y0) * (height - top - bottom)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
             f"<title>{title}</title>", f'<rect width="{width}" height="{height}" fill="#fff"/>',
             f'<text x="{width / 2}" y="22" text-anchor="middle" font-size="14">{title}</text>']
    for i in range(6):
        x, y = x0 + i * (x1 - x0) / 5, y0 + i * (y1 - y0) / 5
        (px, _), (_, py) = place(x, y0), place(x0, y)
        parts += [f'<line x1="{left}" y1="{py:.1f}" x2="{width - right}" y2="{py:.1f}" stroke="#ddd"/>',
                  f'<text x="{left - 6}" y="{py + 4:.1f}" text-anchor="end">{y:.3g}</text>',
                  f'<text x="{px:.1f}" y="{height - bottom + 18}" text-anchor="middle">{x:.4g}</text>']
    parts += [f'<text x="{width / 2}" y="{height - 12}" text-anchor="middle">{x_label}</text>',
              f'<text x="16" y="{height / 2}" text-anchor="middle" transform="rotate(-90 16 {height / 2})">{y_label}</text>']
    for i, (label, points) in enumerate(series.items()):
        color = COLORS[i % len(COLORS)]
        path = " ".join("%.1f,%.1f" % place(x, y) for x, y in points)
        parts += [f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>',
                  f'<text x="{width - right - 4}" y="{top + 14 + 16 * i}" text-anchor="end" fill="{color}">{label}</text>']
    return "\n".join(parts + ["</svg>"]) + "\n"
