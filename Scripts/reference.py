#!/usr/bin/env python3
"""The work of the benchmarks in plain PyTorch, as its users write it. Each line on standard input starts one measured run.

    pip install torch==2.13.0 higher
    python3 Scripts/reference.py meta-step --configuration a --engine func --threads 2

Scripts/benchmark --reference starts this script and alternates its runs with those of gtn-nas. Pixels are random, because only the cost is measured.
"""
import argparse
import json
import math
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call

CELL = "|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_1x1~1|nor_conv_3x3~2|"
CONFIGURATIONS = {
    "a": dict(image=(1, 28, 28), channels=8, steps=16, batch=64),
    "b": dict(image=(3, 32, 32), channels=16, steps=16, batch=64),
    "c": dict(image=(1, 28, 28), channels=8, steps=128, batch=64),
    "d": dict(image=(1, 28, 28), channels=None, steps=32, batch=128),
}
META_BATCH = 256


def norm(channels):
    return nn.BatchNorm2d(channels, track_running_stats=False)


def unit(inputs, outputs, kernel, stride=1):
    return nn.Sequential(nn.ReLU(), nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), norm(outputs))


class Cell(nn.Module):
    """A NAS-Bench-201 cell with the operations of CELL."""

    def __init__(self, channels):
        super().__init__()
        self.sources, self.targets, operations = [], [], []
        for target, node in enumerate(CELL.split("+"), 1):
            for edge in node.strip("|").split("|"):
                name, source = edge.split("~")
                self.sources.append(int(source))
                self.targets.append(target)
                operations.append({"nor_conv_3x3": lambda: unit(channels, channels, 3), "nor_conv_1x1": lambda: unit(channels, channels, 1),
                                   "avg_pool_3x3": lambda: nn.AvgPool2d(3, 1, 1, count_include_pad=False),
                                   "skip_connect": nn.Identity}[name]())
        self.operations = nn.ModuleList(operations)

    def forward(self, x):
        values = {0: x}
        for source, target, operation in zip(self.sources, self.targets, self.operations):
            y = operation(values[source])
            values[target] = values[target] + y if target in values else y
        return values[3]


class Reduction(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.body = nn.Sequential(unit(inputs, outputs, 3, 2), unit(outputs, outputs, 3))
        self.shortcut = nn.Sequential(nn.AvgPool2d(2, 2), nn.Conv2d(inputs, outputs, 1, bias=False))

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


def cell_network(image, channels):
    c = channels
    return nn.Sequential(
        nn.Conv2d(image[0], c, 3, padding=1, bias=False), norm(c), Cell(c), Reduction(c, 2 * c), Cell(2 * c), Reduction(2 * c, 4 * c),
        Cell(4 * c), norm(4 * c), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4 * c, 10))


class WeightNormConvolution(nn.Module):
    """Convolution with weight norm, mean-only batch norm and leaky ReLU."""

    def __init__(self, inputs, outputs, kernel, padding):
        super().__init__()
        self.direction = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel) / math.sqrt(inputs * kernel * kernel))
        self.gain = nn.Parameter(torch.full((outputs,), math.sqrt(2)))
        self.shift = nn.Parameter(torch.zeros(outputs))
        self.padding = padding

    def forward(self, x):
        length = self.direction.pow(2).sum((1, 2, 3), keepdim=True).sqrt()
        y = F.conv2d(x, self.direction * (self.gain.view(-1, 1, 1, 1) / length), padding=self.padding)
        return F.leaky_relu(y - y.mean((0, 2, 3), keepdim=True) + self.shift.view(1, -1, 1, 1), 0.1)


def paper_learner():
    return nn.Sequential(WeightNormConvolution(1, 64, 3, 1), nn.MaxPool2d(2), WeightNormConvolution(64, 128, 3, 1), nn.MaxPool2d(2),
                         WeightNormConvolution(128, 256, 7, 0), nn.Flatten(), nn.Linear(256, 10))


class Generator(nn.Module):
    def __init__(self, image, noise=128):
        super().__init__()
        self.side = image[1] // 4
        self.first, self.norm1 = nn.Linear(noise + 10, 1024, bias=False), nn.BatchNorm1d(1024, track_running_stats=False)
        features = 128 * self.side ** 2
        self.second, self.norm2 = nn.Linear(1024, features, bias=False), nn.BatchNorm1d(features, track_running_stats=False)
        self.third, self.norm3 = nn.Conv2d(128, 64, 3, padding=1, bias=False), norm(64)
        self.last = nn.Conv2d(64, image[0], 3, padding=1)

    def forward(self, z):
        h = F.leaky_relu(self.norm1(self.first(z)), 0.1)
        h = F.leaky_relu(self.norm2(self.second(h)), 0.1).view(-1, 128, self.side, self.side)
        h = F.leaky_relu(self.norm3(self.third(F.interpolate(h, scale_factor=2))), 0.1)
        return 2 * torch.tanh(self.last(F.interpolate(h, scale_factor=2)))


def network(configuration):
    c = CONFIGURATIONS[configuration]
    return cell_network(c["image"], c["channels"]) if c["channels"] else paper_learner()


def meta_step(configuration, engine):
    """One meta-step: a generator, one fresh learner, T inner steps, the loss on real images, and its gradient through all steps."""
    c = CONFIGURATIONS[configuration]
    image, steps, batch = c["image"], c["steps"], c["batch"]
    generator = Generator(image)
    noise = nn.Parameter(torch.randn(steps, batch, 128))
    one_hot = F.one_hot(torch.arange(steps * batch) % 10, 10).float().view(steps, batch, 10)
    label_logits = nn.Parameter(one_hot * 5)
    rates, momenta = nn.Parameter(torch.full((steps,), math.log(0.05))), nn.Parameter(torch.zeros(steps))
    optimizer = torch.optim.Adam([*generator.parameters(), noise, label_logits, rates, momenta], lr=2e-3)

    def inner_loss(logits, step):
        return -(label_logits[step].softmax(1) * logits.log_softmax(1)).sum(1).mean()

    def run():
        learner = network(configuration)
        real, target = torch.randn(META_BATCH, *image), torch.randint(10, (META_BATCH,))
        if engine == "higher":
            import higher
            inner = torch.optim.SGD(learner.parameters(), lr=0.1, momentum=0.5)
            with higher.innerloop_ctx(learner, inner, copy_initial_weights=True) as (model, differentiable):
                for t in range(steps):
                    images = generator(torch.cat([noise[t], one_hot[t]], 1))
                    differentiable.step(inner_loss(model(images), t),
                                        override={"lr": [rates[t].exp()], "momentum": [momenta[t].sigmoid()]})
                loss = F.cross_entropy(model(real), target)
                optimizer.zero_grad()
                loss.backward()
        else:
            weights = {name: p.detach().requires_grad_() for name, p in learner.named_parameters()}
            velocity = {name: torch.zeros_like(p) for name, p in weights.items()}
            for t in range(steps):
                images = generator(torch.cat([noise[t], one_hot[t]], 1))
                slopes = torch.autograd.grad(inner_loss(functional_call(learner, weights, (images,)), t), list(weights.values()),
                                             create_graph=True)
                velocity = {name: momenta[t].sigmoid() * velocity[name] + slope for name, slope in zip(weights, slopes)}
                weights = {name: p - rates[t].exp() * velocity[name] for name, p in weights.items()}
            loss = F.cross_entropy(functional_call(learner, weights, (real,)), target)
            optimizer.zero_grad()
            loss.backward()
        optimizer.step()

    return run


def evaluate(model, calibration, images, labels, normalize):
    """The accuracy and the loss, with batch-norm statistics of the calibration images."""
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    with torch.no_grad():
        for m in norms:
            m.track_running_stats, m.momentum = True, 1.0
            m.running_mean, m.running_var = torch.zeros(m.num_features), torch.ones(m.num_features)
            m.num_batches_tracked = None
        model.train()
        model(normalize(calibration))
        model.eval()
        correct, loss = 0, 0.0
        for start in range(0, len(images), 250):
            logits = model(normalize(images[start:start + 250]))
            correct += (logits.argmax(1) == labels[start:start + 250]).sum().item()
            loss += F.cross_entropy(logits, labels[start:start + 250], reduction="sum").item()
    return correct / len(images), loss / len(images)


def normalize(pixels):
    return (pixels.float() / 255 - 0.5) / 0.25


def score(configuration):
    c = CONFIGURATIONS[configuration]
    image, steps, batch = c["image"], c["steps"], c["batch"]
    curriculum = torch.randn(steps, batch, *image)
    labels = F.one_hot(torch.arange(steps * batch) % 10, 10).float().view(steps, batch, 10)
    held_out, truth = torch.randint(256, (5000, *image), dtype=torch.uint8), torch.randint(10, (5000,))
    calibration = torch.randint(256, (1024, *image), dtype=torch.uint8)

    def run():
        model = network(configuration)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.5)
        for t in range(steps):
            loss = F.cross_entropy(model(curriculum[t]), labels[t])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        evaluate(model, calibration, held_out, truth, normalize)

    return run


def train_epoch(configuration):
    c = CONFIGURATIONS[configuration]
    image = c["image"]
    pixels, labels = torch.randint(256, (20000, *image), dtype=torch.uint8), torch.randint(10, (20000,))
    held_out, truth = torch.randint(256, (5000, *image), dtype=torch.uint8), torch.randint(10, (5000,))

    def run():
        model = network(configuration)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) / 32, 1))
        order = torch.randperm(len(pixels))
        for start in range(0, len(pixels), 128):
            rows = order[start:start + 128]
            loss = F.cross_entropy(model(normalize(pixels[rows])), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            loss.item()
        evaluate(model, pixels[:1024], held_out, truth, normalize)

    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=["meta-step", "score", "train-epoch"], help="the work to measure")
    parser.add_argument("--configuration", choices=CONFIGURATIONS, default="a", help="network, image size, steps and batch (default: a)")
    parser.add_argument("--engine", choices=["func", "higher"], default="func", help="torch.func or higher, for meta-step (default: func)")
    parser.add_argument("--threads", type=int, default=2, help="threads of PyTorch (default: 2)")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    work = {"meta-step": lambda: meta_step(arguments.configuration, arguments.engine), "score": lambda: score(arguments.configuration),
            "train-epoch": lambda: train_epoch(arguments.configuration)}[arguments.name]()
    for _ in sys.stdin:
        start = time.perf_counter()
        work()
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)


if __name__ == "__main__":
    main()
