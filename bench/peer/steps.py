"""Times bare training steps of one network, or the scoring of batches by it, in PyTorch, on request.

Claim: forward, backward and update of one batch, nothing else: no data loading, no augmentation. One process holds one
configuration, so that its peak memory is that configuration's.
How: `npm run bench` starts this beside Skiplab's own and asks them for rounds in turn, so that both see the same
machine in the same minutes. Line protocol, JSON both ways:

    <- {"ready": ..., "version": ...}       once, after two warm-up steps
    -> {"steps": 5}
    <- {"seconds": ..., "loss": ..., "peakRssBytes": ...}

The end of standard input ends the process.
"""

import argparse
import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import Tensor

from measure import peak_rss_bytes
from imagenet import ImageNetNetwork
from model import Design, Network, sgd

BATCHES = 4  # as in step-process.ts


class Trainer:
    def __init__(self, arguments: argparse.Namespace) -> None:
        torch.manual_seed(1)
        self.bf16 = arguments.precision == "bf16"
        layout = torch.channels_last if arguments.layout == "channels_last" else torch.contiguous_format
        network = built(arguments.architecture, arguments.family, arguments.depth).to(memory_format=layout).train()
        self.optimizer = sgd(network, 0.1)
        self.network = torch.compile(network) if arguments.compile else network
        size, side = arguments.batch_size, arguments.image_size
        images = [torch.randn(size, 3, side, side).contiguous(memory_format=layout) for _ in range(BATCHES)]
        self.batches: list[tuple[Tensor, Tensor]] = [(x, torch.randint(0, 10, (size,))) for x in images]
        self.done = 0

    def step(self) -> float:
        images, labels = self.batches[self.done % BATCHES]
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            logits = self.network(images)
        loss = F.cross_entropy(logits.float(), labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.done += 1
        return loss.item()


class Scorer:
    """Softmax of batches by a network in evaluation mode."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        torch.manual_seed(1)
        layout = torch.channels_last if arguments.layout == "channels_last" else torch.contiguous_format
        network = built(arguments.architecture, arguments.family, arguments.depth).to(memory_format=layout).eval()
        self.network = torch.compile(network) if arguments.compile else network
        size, side = arguments.batch_size, arguments.image_size
        self.batches = [torch.randn(size, 3, side, side).contiguous(memory_format=layout) for _ in range(BATCHES)]
        self.done = 0

    def step(self) -> float:
        with torch.inference_mode():
            scores = torch.softmax(self.network(self.batches[self.done % BATCHES]), 1)
        self.done += 1
        return scores[0, 0].item()


def built(architecture: str, family: str, depth: int) -> torch.nn.Module:
    return ImageNetNetwork(family, depth, 10) if architecture == "imagenet" else Network(Design(family, (depth - 2) // 6))


def answer(**values: object) -> None:
    print(json.dumps(values), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--family", choices=["plain", "residual"], required=True)
    parser.add_argument("--architecture", choices=["cifar", "imagenet"], required=True)
    parser.add_argument("--depth", type=int, required=True)
    parser.add_argument("--image-size", type=int, required=True)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--precision", choices=["fp32", "bf16"], required=True)
    parser.add_argument("--layout", choices=["nchw", "channels_last"], required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--work", choices=["training", "scoring"], default="training")
    parser.add_argument("--batch-size", type=int, default=128)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    stepper = Scorer(arguments) if arguments.work == "scoring" else Trainer(arguments)
    for _ in range(2):
        stepper.step()
    answer(ready=True, version=torch.__version__)
    for line in sys.stdin:
        steps = json.loads(line)["steps"]
        started = time.perf_counter()
        for _ in range(steps):
            loss = stepper.step()
        answer(seconds=time.perf_counter() - started, loss=loss, peakRssBytes=peak_rss_bytes())


if __name__ == "__main__":
    main()
