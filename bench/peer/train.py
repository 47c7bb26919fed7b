"""Trains a 6n+2 network on a Skiplab data set with PyTorch: what a careful person's script would be.

Claim: the same recipe as Skiplab's cifar10 recipes (batch 128 without the last partial one, SGD momentum 0.9,
weight decay 1e-4 on everything, learning rate 0.1 divided by 10 at 1/2 and 3/4 of all steps, per-pixel mean
subtracted, zero padding 4, random crop, flip), so that test errors may be compared run against run.
Hardware: any CPU; the fast settings here are bfloat16 autocast on channels_last where the CPU has bf16 arithmetic.
Fairness: data stay in memory, augmentation is done on whole batches, the optimiser is fused.

    python train.py DATASET_FOLDER --split split.json --n 3 --epochs 30 --precision bf16 --threads 2 --seed 1

Prints one JSON line for the set-up, then one for each epoch. Errors are fractions (0..1).
`split.json` holds {"train": [...], "validation": [...]}: indices into the training images.
"""

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

import safetensors
from measure import peak_rss_bytes
from model import Design, Network, export_arrays, import_arrays, sgd


@dataclass(frozen=True)
class Images:
    """uint8 [count, height, width, channels] and labels int64 [count]."""

    pixels: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def select(self, indices: Tensor) -> "Images":
        return Images(self.pixels[indices], self.labels[indices])


def load_split(folder: Path, manifest: dict, name: str) -> Images:
    split = manifest["splits"][name]
    image = manifest["image"]
    if image["size"] != "fixed":
        raise ValueError(f"{folder}: expected images of one size, got {image['size']} (import it with --size)")
    shape = (split["count"], image["height"], image["width"], image["channels"])
    pixels = np.fromfile(folder / split["images"], np.uint8).reshape(shape)
    labels = np.fromfile(folder / split["labels"], np.uint8).astype(np.int64)
    if len(labels) != split["count"]:
        raise ValueError(f"{split['labels']}: expected {split['count']} labels, got {len(labels)}")
    return Images(torch.from_numpy(pixels), torch.from_numpy(labels))


def divide(train: Images, arguments: argparse.Namespace) -> tuple[Images, Images]:
    """Training and validation images: by index file, or a seeded random choice."""
    if arguments.split is not None:
        given = json.loads(arguments.split.read_text())
        first, second = torch.tensor(given["train"]), torch.tensor(given["validation"], dtype=torch.int64)
        if len(torch.cat([first, second]).unique()) != len(first) + len(second):
            raise ValueError(f"{arguments.split}: an image is listed twice")
    else:
        order = torch.randperm(len(train), generator=torch.Generator().manual_seed(arguments.split_seed))
        second, first = order[: arguments.validation_size], order[arguments.validation_size :]
    return train.select(first), train.select(second)


def normalize(pixels: Tensor, mean: Tensor) -> Tensor:
    """uint8 to 0..1, less the mean image: [batch, height, width, channels] float."""
    return pixels.float().div_(255).sub_(mean)


def augment(images: Tensor, padding: int, generator: torch.Generator) -> Tensor:
    """A random crop of each image padded with zeros, mirrored half of the time. [batch, height, width, channels]"""
    batch, height, width, _ = images.shape
    if padding > 0:
        offsets = torch.randint(0, 2 * padding + 1, (2, batch, 1), generator=generator)
        rows = (offsets[0] + torch.arange(height))[:, :, None]  # [batch, height, 1]
        columns = (offsets[1] + torch.arange(width))[:, None, :]  # [batch, 1, width]
        mirrored = torch.rand(batch, 1, 1, generator=generator) < 0.5
        columns = torch.where(mirrored, columns.flip(2), columns)
        padded = F.pad(images, (0, 0, padding, padding, padding, padding))
        return padded[torch.arange(batch)[:, None, None], rows, columns]
    mirrored = torch.rand(batch, 1, 1, 1, generator=generator) < 0.5
    return torch.where(mirrored, images.flip(2), images)


def learning_rate_at(step: int, steps: int, initial: float) -> float:
    """Divided by 10 at 1/2 and at 3/4 of all steps; `step` counts from 0."""
    return initial * 0.1 ** sum(step >= fraction * steps for fraction in (0.5, 0.75))


class Trainer:
    def __init__(self, network: Network, mean: Tensor, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.mean = mean
        self.format = torch.channels_last if arguments.layout == "channels_last" else torch.contiguous_format
        self.network = network.to(memory_format=self.format)
        self.optimizer = sgd(self.network, arguments.learning_rate, weight_decay=arguments.weight_decay)
        self.generator = torch.Generator().manual_seed(arguments.seed)
        self.step = 0

    def logits(self, images: Tensor) -> Tensor:
        """Normalised images [batch, height, width, channels] to float logits."""
        x = images.permute(0, 3, 1, 2).contiguous(memory_format=self.format)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.arguments.precision == "bf16"):
            return self.network(x).float()

    def train_epoch(self, images: Images, steps: int, total_steps: int) -> tuple[float, float]:
        """Mean loss and error over the epoch's batches, as seen before each update."""
        self.network.train()
        loss_sum, wrong = 0.0, 0
        size = self.arguments.batch_size
        order = torch.randperm(len(images), generator=self.generator)
        for indices in order[: steps * size].split(size):
            rate = learning_rate_at(self.step, total_steps, self.arguments.learning_rate)
            for group in self.optimizer.param_groups:
                group["lr"] = rate
            batch = images.select(indices)
            x = augment(normalize(batch.pixels, self.mean), self.arguments.crop_padding, self.generator)
            logits = self.logits(x)
            loss = F.cross_entropy(logits, batch.labels)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            self.step += 1
            loss_sum += loss.item()
            wrong += int((logits.detach().argmax(1) != batch.labels).sum())
        return loss_sum / steps, wrong / (steps * size)

    @torch.inference_mode()
    def evaluate(self, images: Images) -> tuple[float, float] | tuple[None, None]:
        """Mean loss and error with running statistics, one view an image."""
        if len(images) == 0:
            return None, None
        self.network.eval()
        loss_sum, wrong = 0.0, 0
        for indices in torch.arange(len(images)).split(500):
            batch = images.select(indices)
            logits = self.logits(normalize(batch.pixels, self.mean))
            loss_sum += F.cross_entropy(logits, batch.labels, reduction="sum").item()
            wrong += int((logits.argmax(1) != batch.labels).sum())
        return loss_sum / len(images), wrong / len(images)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path, help="folder with manifest.json")
    parser.add_argument("--split", type=Path, help="JSON with the indices of training and validation images")
    parser.add_argument("--validation-size", type=int, default=5000, help="without --split: images held out")
    parser.add_argument("--split-seed", type=int, default=0, help="without --split: seed of the choice")
    parser.add_argument("--family", choices=["plain", "residual"], default="residual")
    parser.add_argument("--n", type=int, default=3)
    parser.add_argument("--shortcut", choices=["A", "B", "C"], default="A")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=0.1)
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument("--crop-padding", type=int, default=4)
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--layout", choices=["nchw", "channels_last"], default="channels_last")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weights", type=Path, help="safetensors to start from instead of a random initialisation")
    parser.add_argument("--save", type=Path, help="safetensors to write after the last epoch")
    return parser.parse_args()


def report(**values: object) -> None:
    print(json.dumps(values), flush=True)


def main() -> None:
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    manifest = json.loads((arguments.dataset / "manifest.json").read_text())
    train, validation = divide(load_split(arguments.dataset, manifest, "train"), arguments)
    test = load_split(arguments.dataset, manifest, "test")
    steps = len(train) // arguments.batch_size
    if steps == 0:
        sys.exit(f"{len(train)} training images do not fill a batch of {arguments.batch_size}.")
    design = Design(
        arguments.family, arguments.n, arguments.shortcut,
        channels=manifest["image"]["channels"], classes=len(manifest["classes"]),
    )
    network = Network(design)
    if arguments.weights is not None:
        import_arrays(network, safetensors.load(arguments.weights))
    mean = (train.pixels.sum(0, dtype=torch.int64).double() / (255 * len(train))).float()
    trainer = Trainer(network, mean, arguments)
    report(
        torch=torch.__version__, dataset=manifest["name"], family=design.family, n=design.n, shortcut=design.shortcut,
        parameters=sum(p.numel() for p in network.parameters()), trainImages=len(train),
        validationImages=len(validation), testImages=len(test), stepsPerEpoch=steps, epochs=arguments.epochs,
        precision=arguments.precision, layout=arguments.layout, threads=torch.get_num_threads(), seed=arguments.seed,
    )
    for epoch in range(1, arguments.epochs + 1):
        rate = learning_rate_at(trainer.step, steps * arguments.epochs, arguments.learning_rate)
        started = time.perf_counter()
        train_loss, train_error = trainer.train_epoch(train, steps, steps * arguments.epochs)
        train_seconds = time.perf_counter() - started
        validation_loss, validation_error = trainer.evaluate(validation)
        test_loss, test_error = trainer.evaluate(test)
        report(
            epoch=epoch, step=trainer.step, learningRate=rate, trainLoss=train_loss, trainError=train_error,
            validationLoss=validation_loss, validationError=validation_error, testLoss=test_loss, testError=test_error,
            trainSeconds=round(train_seconds, 3), seconds=round(time.perf_counter() - started, 3),
            imagesPerSecond=round(steps * arguments.batch_size / train_seconds, 1), peakRssBytes=peak_rss_bytes(),
        )
    if arguments.save is not None:
        safetensors.save(arguments.save, export_arrays(trainer.network, trainer.optimizer))


if __name__ == "__main__":
    main()
