#!/usr/bin/env python3
"""Replays the training of NAS-Bench-201 networks on a teacher in plain PyTorch, and compares it with what gtn-nas measured.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0 numpy safetensors

    gtn-nas score SearchSpaces/nas-bench-201.space --set channels=8 --set cells=1 --architecture "$A" --teacher T.safetensors \\
        --data fashion-mnist --save-initial initial.safetensors --json > score.json
    venv/bin/python Scripts/replay.py --teacher T.safetensors --data fashion-mnist --channels 8 --cells 1 \\
        --architecture "$A" --initial initial.safetensors --score score.json

--architecture, --initial and --score may be repeated, the n-th of one belonging to the n-th of the others; each architecture gives
a line of the table. Nothing here is shared with gtn-nas but the files: it is a second implementation of the network and the recipe.
Exit code 0 if every step's loss agrees within 1e-3 relative and every final accuracy within 0.5 points, 1 if not, 2 for bad input.
"""

import argparse
import gzip
import json
import math
import re
import sys
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file

EPSILON = 1e-5
STEP_LOSS_LIMIT = 1e-3
ACCURACY_LIMIT_POINTS = 0.5
SCORING_BATCH = 250
OPTIMIZERS = ("sgd-momentum", "rmsprop", "adam")
OPTIMIZER_EPSILON = 1e-5
STAGES = 3
CELL_NODES = 4
KERNELS = {"nor_conv_1x1": 1, "nor_conv_3x3": 3}
OPERATIONS = {"none", "skip_connect", "avg_pool_3x3", *KERNELS}


def node_path(role, **place):
    """The name of a layer in SearchSpaces/nas-bench-201.space. Its parameters are this and `.weight` or `.bias`."""
    return {
        "stem": "stem/{layer}",
        "edge": "stage{stage}/body{cell}/x{target}/from-x{source}/unit/{layer}",
        "widening": "reduction{stage}/widen/{layer}",
        "second widening": "reduction{stage}/widen2/{layer}",
        "shortcut": "reduction{stage}/shortcut/{layer}",
        "head": "head/{layer}",
    }[role].format(**place)


class InputError(Exception):
    """A file or an option that does not fit."""


def parse_cell(text):
    """The operation on each edge {(target, source): name} of a cell in the benchmark's notation."""
    edges = {}
    nodes = text.split("+")
    if len(nodes) != CELL_NODES - 1:
        raise InputError(f"architecture `{text}`: expected {CELL_NODES - 1} nodes joined by +")
    for target, node in enumerate(nodes, start=1):
        tokens = re.fullmatch(r"\|(.*)\|", node)
        tokens = tokens.group(1).split("|") if tokens else []
        if len(tokens) != target:
            raise InputError(f"architecture `{text}`: node {target} needs {target} edges, |operation~0|…|")
        for source, token in enumerate(tokens):
            operation, _, number = token.partition("~")
            if operation not in OPERATIONS or number != str(source):
                raise InputError(f"architecture `{text}`: `{token}` is not one of {sorted(OPERATIONS)} followed by ~{source}")
            edges[target, source] = operation
    return edges


def live_edges(edges):
    """The edges that carry something from the cell's input to its output; the others hold no parameters."""
    fed = {0}
    for target in range(1, CELL_NODES):
        if any(edges[target, source] != "none" and source in fed for source in range(target)):
            fed.add(target)
    read = {CELL_NODES - 1}
    for target in range(CELL_NODES - 1, 0, -1):
        if target in read:
            read |= {source for source in range(target) if edges[target, source] != "none" and source in fed}
    return {(t, s): op for (t, s), op in edges.items() if op != "none" and t in read and s in fed}


class BatchStatistics:
    """Batch norm by the batch's own mean and biased variance, which are kept by layer."""

    def __init__(self, keep=False):
        self.kept = {} if keep else None

    def __call__(self, path, x, weight, bias):
        if self.kept is not None:
            self.kept[path] = (x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3), correction=0))
        return F.batch_norm(x, None, None, weight, bias, training=True, eps=EPSILON)


class GivenStatistics:
    """Batch norm by means and variances taken earlier."""

    def __init__(self, statistics):
        self.statistics = statistics

    def __call__(self, path, x, weight, bias):
        mean, variance = self.statistics[path]
        return F.batch_norm(x, mean, variance, weight, bias, training=False, eps=EPSILON)


class Network:
    """A NAS-Bench-201 network (Dong and Yang, ICLR 2020) as a function of parameters, images and the kind of batch norm."""

    def __init__(self, edges, image_channels, channels, cells, classes):
        self.edges = live_edges(edges)
        self.cells = cells
        # An input that never reaches the output makes all of the network constant: only the classifier is left.
        self.is_zero = not self.edges
        self.width = channels * 2 ** (STAGES - 1)
        self.shapes = {}
        if not self.is_zero:
            self._add_unit(node_path("stem", layer="{}"), image_channels, channels, 3)
            for stage in range(1, STAGES + 1):
                self._add_stage(stage, channels * 2 ** (stage - 1))
            self._add_norm(node_path("head", layer="norm"), self.width)
        self.shapes[node_path("head", layer="linear") + ".weight"] = (classes, self.width)
        self.shapes[node_path("head", layer="linear") + ".bias"] = (classes,)

    def _add_stage(self, stage, width):
        for cell in range(1, self.cells + 1):
            for (target, source), operation in self.edges.items():
                if operation in KERNELS:
                    path = node_path("edge", stage=stage, cell=cell, target=target, source=source, layer="{}")
                    self._add_unit(path, width, width, KERNELS[operation])
        if stage < STAGES:
            self._add_unit(node_path("widening", stage=stage, layer="{}"), width, 2 * width, 3)
            self._add_unit(node_path("second widening", stage=stage, layer="{}"), 2 * width, 2 * width, 3)
            self.shapes[node_path("shortcut", stage=stage, layer="conv") + ".weight"] = (2 * width, width, 1, 1)

    def _add_unit(self, path, inputs, outputs, kernel):
        self.shapes[path.format("conv") + ".weight"] = (outputs, inputs, kernel, kernel)
        self._add_norm(path.format("norm"), outputs)

    def _add_norm(self, path, channels):
        self.shapes[path + ".weight"] = (channels,)
        self.shapes[path + ".bias"] = (channels,)

    def __call__(self, parameters, images, norm):
        def convolve(path, x, stride=1):
            weight = parameters[path + ".weight"]
            return F.conv2d(x, weight, stride=stride, padding=weight.shape[-1] // 2)

        def normalize(path, x):
            return norm(path, x, parameters[path + ".weight"], parameters[path + ".bias"])

        def unit(path, x, stride=1):
            return normalize(path.format("norm"), convolve(path.format("conv"), F.relu(x), stride))

        def edge(operation, path, x):
            if operation == "skip_connect":
                return x
            if operation == "avg_pool_3x3":
                return F.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)
            return unit(path, x)

        def body(stage, cell, x):
            values = {0: x}
            for target in range(1, CELL_NODES):
                terms = [
                    edge(operation, node_path("edge", stage=stage, cell=cell, target=target, source=source, layer="{}"), values[source])
                    for (to, source), operation in self.edges.items()
                    if to == target
                ]
                if terms:
                    values[target] = sum(terms[1:], terms[0])
            return values[CELL_NODES - 1]

        def reduction(stage, x):
            widened = unit(node_path("widening", stage=stage, layer="{}"), x, stride=2)
            widened = unit(node_path("second widening", stage=stage, layer="{}"), widened)
            return widened + convolve(node_path("shortcut", stage=stage, layer="conv"), F.avg_pool2d(x, 2, stride=2))

        if self.is_zero:
            features = images.new_zeros(len(images), self.width)
        else:
            x = normalize(node_path("stem", layer="norm"), convolve(node_path("stem", layer="conv"), images))
            for stage in range(1, STAGES + 1):
                for cell in range(1, self.cells + 1):
                    x = body(stage, cell, x)
                if stage < STAGES:
                    x = reduction(stage, x)
            features = F.relu(normalize(node_path("head", layer="norm"), x)).mean(dim=(2, 3))
        classifier = node_path("head", layer="linear")
        return F.linear(features, parameters[classifier + ".weight"], parameters[classifier + ".bias"])


def read_training_part(specification):
    """Pixels [n, channels, height, width] and labels [n] of the training files, as bytes."""
    name, _, place = specification.partition(":")
    if specification == "fashion-mnist":
        directory = Path("/usr/share/datasets/fashion-mnist")
    else:
        directory = Path(place if place and name in ("fashion-mnist", "mnist", "cifar10") else specification)
    if (directory / "data_batch_1.bin").exists():
        batches = [numpy.fromfile(directory / f"data_batch_{number}.bin", numpy.uint8) for number in range(1, 6)]
        records = numpy.concatenate(batches).reshape(-1, 1 + 3 * 32 * 32)
        return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0]
    images = read_idx(directory / "train-images-idx3-ubyte")
    return images[:, None], read_idx(directory / "train-labels-idx1-ubyte")


def read_idx(path):
    """An IDX file of unsigned bytes, gzipped (then `path` with .gz) or not."""
    packed = path.with_name(path.name + ".gz")
    data = gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()
    if data[:3] != b"\0\0\x08":
        raise InputError(f"{path}: not an IDX file of bytes")
    shape = numpy.frombuffer(data, ">u4", count=data[3], offset=4)
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * data[3]).reshape(shape)


def read_teacher(path):
    """The teacher's tensors, and its metadata with their JSON texts decoded."""
    with safe_open(path, framework="pt") as file:
        metadata = {name: json.loads(text) for name, text in (file.metadata() or {}).items()}
    tensors = load_file(path)
    missing = {"images", "labels", "learning_rate", "momentum", "calibration_indices"} - tensors.keys()
    if missing or not {"mean", "std"} <= metadata.keys():
        raise InputError(f"{path}: not a teacher file")
    if metadata.get("norm_kind", "batch") != "batch":
        raise InputError(f"{path}: its learners normalize by `{metadata['norm_kind']}`, and this script only by batch norm")
    optimizer = metadata.get("optimizer", "sgd-momentum")
    if optimizer not in OPTIMIZERS:
        raise InputError(f"{path}: its learners follow `{optimizer}`, and this script only {', '.join(OPTIMIZERS)}")
    if optimizer != "sgd-momentum" and "second_moment_decay" not in tensors:
        raise InputError(f"{path}: lacks the tensor `second_moment_decay` of {optimizer}")
    return tensors, metadata


def read_initial(path, network):
    """The initial parameters, checked against the network's, and the indices of the `score` split."""
    tensors = load_file(path)
    indices = tensors.pop("score_indices", None)
    if indices is None:
        raise InputError(f"{path}: lacks the tensor `score_indices`")
    found = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    if found != network.shapes:
        name = min(name for name, _ in set(found.items()) ^ set(network.shapes.items()))
        raise InputError(
            f"{path}: not the parameters of this network: `{name}` has shape {found.get(name, 'none (missing)')}, "
            f"expected {network.shapes.get(name, 'none (no such layer)')}; check --architecture, --channels and --cells"
        )
    return tensors, indices.numpy()


class Optimizer:
    """A learner's optimizer, its hyper-parameters given anew for each step."""

    def __init__(self, name, theta):
        self.name = name
        self.first = [torch.zeros_like(tensor) for tensor in theta]
        self.second = [torch.zeros_like(tensor) for tensor in theta]
        self.decayed = [1.0, 1.0]

    def step(self, theta, gradients, learning_rate, momentum, decay):
        if self.name == "sgd-momentum":
            self.first = [momentum * v + g for v, g in zip(self.first, gradients)]
            return [tensor - learning_rate * v for tensor, v in zip(theta, self.first)]
        self.second = [decay * s + (1 - decay) * g * g for s, g in zip(self.second, gradients)]
        if self.name == "rmsprop":
            self.first = [momentum * v + g / (s.sqrt() + OPTIMIZER_EPSILON) for v, s, g in zip(self.first, self.second, gradients)]
            return [tensor - learning_rate * v for tensor, v in zip(theta, self.first)]
        self.first = [momentum * v + (1 - momentum) * g for v, g in zip(self.first, gradients)]
        self.decayed = [self.decayed[0] * momentum, self.decayed[1] * decay]
        moments = [(v / (1 - self.decayed[0]), s / (1 - self.decayed[1])) for v, s in zip(self.first, self.second)]
        return [tensor - learning_rate * v / (s.sqrt() + OPTIMIZER_EPSILON) for tensor, (v, s) in zip(theta, moments)]


def train(network, parameters, teacher, optimizer):
    """The parameters after all of the teacher's steps, and the loss of each step before its update."""
    names = list(parameters)
    theta = [parameters[name] for name in names]
    follower = Optimizer(optimizer, theta)
    losses = []
    decays = teacher.get("second_moment_decay", torch.zeros(len(teacher["images"])))
    steps = zip(teacher["images"], teacher["labels"], teacher["learning_rate"], teacher["momentum"], decays, strict=True)
    for images, labels, learning_rate, momentum, decay in steps:
        theta = [tensor.detach().requires_grad_() for tensor in theta]
        logits = network(dict(zip(names, theta)), images, BatchStatistics())
        loss = -(labels * logits.log_softmax(dim=1)).sum(dim=1).mean()
        # Of a network that is zero up to its classifier, the classifier's weight has no effect on the loss.
        gradients = torch.autograd.grad(loss, theta, materialize_grads=True)
        theta = follower.step([tensor.detach() for tensor in theta], gradients, learning_rate, momentum, decay)
        losses.append(loss.item())
    return dict(zip(names, theta)), losses


@torch.no_grad()
def evaluate(network, parameters, calibration, images_at, labels, indices):
    """Accuracy and mean cross-entropy on the images at `indices`, with the calibration images' batch-norm statistics."""
    statistics = BatchStatistics(keep=True)
    network(parameters, calibration, statistics)
    norm = GivenStatistics(statistics.kept)
    correct, loss = 0, 0.0
    for start in range(0, len(indices), SCORING_BATCH):
        batch = indices[start : start + SCORING_BATCH]
        logits = network(parameters, images_at(batch), norm)
        target = torch.from_numpy(labels[batch].astype(numpy.int64))
        correct += (logits.argmax(dim=1) == target).sum().item()
        loss += F.cross_entropy(logits, target, reduction="sum").item()
    return correct / len(indices), loss / len(indices)


def compare(losses, accuracy, score):
    """Largest relative difference of a step's loss, and the difference of accuracies in points."""
    expected = score["step_losses"]
    if len(expected) != len(losses):
        raise InputError(f"the score has {len(expected)} step losses, the teacher {len(losses)} steps")
    differences = [abs(a - b) / abs(b) if a != b else 0.0 for a, b in zip(losses, expected)]
    worst = math.nan if any(map(math.isnan, differences)) else max(differences)
    return worst, 100 * abs(accuracy - score["accuracy"])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", required=True, help="teacher file (safetensors)")
    parser.add_argument("--data", required=True, help="fashion-mnist, NAME:DIR as for gtn-nas, or a directory of IDX or CIFAR-10 files")
    parser.add_argument("--architecture", required=True, action="append", help="cell in NAS-Bench-201's notation")
    parser.add_argument("--initial", required=True, action="append", help="what `gtn-nas score --save-initial` wrote")
    parser.add_argument("--score", required=True, action="append", help="what `gtn-nas score --json` printed")
    parser.add_argument("--channels", type=int, required=True, help="the space's setting `channels`")
    parser.add_argument("--cells", type=int, required=True, help="the space's setting `cells`")
    options = parser.parse_args()
    if not len(options.architecture) == len(options.initial) == len(options.score):
        parser.error("--architecture, --initial and --score must be given equally often")
    return options


def main():
    options = arguments()
    teacher, metadata = read_teacher(options.teacher)
    pixels, labels = read_training_part(options.data)
    if tuple(teacher["images"].shape[2:]) != pixels.shape[1:]:
        shape = tuple(teacher["images"].shape[2:])
        raise InputError(f"{options.teacher}: its images are {shape}, those of the data set {pixels.shape[1:]}")
    mean, std = (torch.tensor(metadata[name]).view(1, -1, 1, 1) for name in ("mean", "std"))

    def images_at(indices):
        return (torch.from_numpy(pixels[indices].astype(numpy.float32)) / 255 - mean) / std

    calibration = images_at(teacher["calibration_indices"].numpy())
    agrees = True
    print(f"{'step loss, worst':>16}  {'accuracy':>8}  {'gtn-nas':>8}  {'points':>6}  {'loss':>8}  {'gtn-nas':>8}  agrees  architecture")
    for architecture, initial, score_path in zip(options.architecture, options.initial, options.score):
        score = json.loads(Path(score_path).read_text())
        network = Network(parse_cell(architecture), pixels.shape[1], options.channels, options.cells, teacher["labels"].shape[2])
        parameters, indices = read_initial(initial, network)
        parameters, losses = train(network, parameters, teacher, metadata.get("optimizer", OPTIMIZERS[0]))
        accuracy, loss = evaluate(network, parameters, calibration, images_at, labels, indices)
        worst, points = compare(losses, accuracy, score)
        # Written so that NaN does not agree.
        good = worst <= STEP_LOSS_LIMIT and points <= ACCURACY_LIMIT_POINTS
        agrees = agrees and good
        print(
            f"{worst:16.2e}  {accuracy:8.4f}  {score['accuracy']:8.4f}  {points:6.2f}  {loss:8.4f}  {score['loss']:8.4f}"
            f"  {'yes' if good else 'no':>6}  {architecture}",
            flush=True,
        )
    return 0 if agrees else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (InputError, OSError, KeyError) as error:
        print(f"replay: error: {error}", file=sys.stderr)
        sys.exit(2)
