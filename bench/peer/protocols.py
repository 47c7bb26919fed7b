"""Scores images under test protocols in PyTorch: its half of `npm run parity -- protocols`.

    python protocols.py --threads 2

A request is a line of JSON: `design` as Skiplab writes it, `protocol`, `cropPadding`, `normalization` (per-pixel-mean or
per-channel-mean-std), the files `weights`, `images` and `output`, and `batches`, lists of training images over which BN's
statistics are averaged, or null for those of the file. `images` holds uint8 `train` and `test` [images, height, width, channels].
`output` gets `scores` [images, classes]. The answer is the line {}.

Scaling, cropping, mirroring, means and averages are stated anew here: PIL's bilinear filter is PyTorch's antialiased interpolation
in double precision, rounded half up.
"""

import argparse
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import safetensors
from model import import_arrays, network_of

PAPER_SCALES = (224, 256, 384, 480, 640)


def nearest(value: float) -> int:
    return int(value + 0.5)


def resized(images: Tensor, height: int, width: int, rounds: bool = True) -> Tensor:
    """[images, channels, height, width] in double precision, 0 to 255."""
    if images.shape[2:] == (height, width):
        return images
    scaled = F.interpolate(images, (height, width), mode="bilinear", align_corners=False, antialias=True)
    return torch.floor(scaled + 0.5) if rounds else scaled


def covering(images: Tensor, side: int) -> Tensor:
    """Scaled so that the shorter side has so many pixels."""
    height, width = images.shape[2:]
    factor = side / min(height, width)
    return resized(images, max(side, nearest(height * factor)), max(side, nearest(width * factor)))


def window(images: Tensor, top: int, left: int, side: int) -> Tensor:
    return images[:, :, top : top + side, left : left + side]


def centre(images: Tensor, side: int) -> Tensor:
    return window(images, (images.shape[2] - side) // 2, (images.shape[3] - side) // 2, side)


def five(images: Tensor, side: int) -> list[Tensor]:
    bottom, right = images.shape[2] - side, images.shape[3] - side
    corners = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    return [window(images, top, left, side) for top, left in corners]


class Views:
    """What a network of `side` pixels sees of images: lists of [images, channels, height, width], normalised."""

    def __init__(self, train: Tensor, side: int, normalization: str) -> None:
        self.side = side
        self.scaled = tuple(train.shape[2:]) != (side, side)
        seen = self.single(train) / 255
        if normalization == "per-pixel-mean":
            self.mean, self.std = seen.mean(0, keepdim=True), torch.ones(1, seen.shape[1], 1, 1, dtype=seen.dtype)
        else:
            self.mean = seen.mean((0, 2, 3), keepdim=True)
            self.std = seen.var((0, 2, 3), unbiased=False, keepdim=True).sqrt()

    def single(self, images: Tensor) -> Tensor:
        return centre(covering(images, nearest(self.side * 256 / 224)), self.side) if self.scaled else images

    def normalised(self, images: Tensor) -> Tensor:
        mean = self.mean if self.mean.shape[2] == 1 else resized(self.mean, *images.shape[2:], rounds=False)
        return ((images / 255 - mean) / self.std).float()

    def of(self, protocol: str, images: Tensor, padding: int) -> list[Tensor]:
        if protocol == "single-view":
            return [self.normalised(self.single(images))]
        if protocol == "10-crop":
            if self.scaled:
                crops = [self.normalised(crop) for crop in five(covering(images, nearest(self.side * 256 / 224)), self.side)]
            else:
                crops = five(F.pad(self.normalised(images), (padding,) * 4), self.side)
            return [view for crop in crops for view in (crop, crop.flip(3))]
        sides = [self.side if scale == 224 else 4 * nearest(self.side * scale / 224 / 4) for scale in PAPER_SCALES]
        whole = [self.normalised(covering(images, side)) for side in sides]
        return [view for image in whole for view in (image, image.flip(3))]


def average_statistics(network: nn.Module, images: Tensor, batches: list[list[int]]) -> None:
    """Cumulative averages of batch means and unbiased variances, PyTorch's own momentum=None."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None
    network.train()
    with torch.no_grad():
        for batch in batches:
            network(images[batch])


def score(request: dict) -> None:
    arrays = safetensors.load(request["images"])
    train, test = (torch.from_numpy(arrays[name]).permute(0, 3, 1, 2).double() for name in ("train", "test"))
    network = network_of(request["design"])
    import_arrays(network, safetensors.load(request["weights"]))
    views = Views(train, request["design"]["inputShape"][0], request["normalization"])
    if request["batches"] is not None:
        average_statistics(network, views.normalised(views.single(train)), request["batches"])
    network.eval()
    with torch.no_grad():
        seen = views.of(request["protocol"], test, request["cropPadding"])
        scores = torch.stack([torch.softmax(network(view), 1) for view in seen]).mean(0)
    safetensors.save(request["output"], {"scores": scores.numpy().astype(np.float32)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    torch.set_num_threads(parser.parse_args().threads)
    for line in sys.stdin:
        score(json.loads(line))
        print("{}", flush=True)


if __name__ == "__main__":
    main()
