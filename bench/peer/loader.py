"""Times PyTorch's DataLoader with torchvision's transforms, on request.

Claim: the augmentation of section 3.4 as people write it: shorter side random in [256, 480] (for crops of 224, scaled with the size),
random crop, mirror image half of the time, as uint8; no conversion to float, which Skiplab's loader does not do either. Each round is
one pass of a DataLoader whose workers stay alive. Line protocol, JSON both ways, as in steps.py.
"""

import argparse
import json
import sys
import time

import torch

# PyPI's torchvision is built for CUDA, and its operations do not load beside a PyTorch for CPUs. The transforms are Python and PIL; they
# need no operation, but the package looks for the names of these two when it is imported.
library = torch.library.Library("torchvision", "DEF")
for name in ("nms", "qnms"):
    try:
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    except RuntimeError:
        pass

import torchvision  # noqa: E402
from torch.utils.data import DataLoader, Subset  # noqa: E402
from torchvision.datasets import ImageFolder  # noqa: E402
from torchvision.transforms import v2  # noqa: E402


class RandomScale(torch.nn.Module):
    """v2.RandomResize has no upper end within the range."""

    def __init__(self, least: float, most: float) -> None:
        super().__init__()
        self.least, self.most = least, most

    def forward(self, image: object) -> object:
        side = round(self.least + float(torch.rand(())) * (self.most - self.least))
        return v2.functional.resize(image, [side], antialias=True)


def answer(**values: object) -> None:
    print(json.dumps(values), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--batch-size", type=int, required=True)
    parser.add_argument("--images", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    arguments = parser.parse_args()
    torch.manual_seed(1)
    size = arguments.size
    scale = RandomScale(size * 256 / 224, size * 480 / 224)
    transform = v2.Compose([scale, v2.RandomCrop(size), v2.RandomHorizontalFlip(), v2.PILToTensor()])
    folder = ImageFolder(arguments.folder, transform)
    order = torch.randperm(len(folder))[: arguments.images].tolist()
    loader = DataLoader(
        Subset(folder, order),
        batch_size=arguments.batch_size,
        shuffle=True,
        drop_last=True,
        num_workers=arguments.workers,
        persistent_workers=True,
    )
    sum(1 for _ in loader)
    answer(ready=True, version=torchvision.__version__)
    for _ in sys.stdin:
        started = time.perf_counter()
        count = sum(len(labels) for _, labels in loader)
        answer(seconds=time.perf_counter() - started, images=count)


if __name__ == "__main__":
    main()
