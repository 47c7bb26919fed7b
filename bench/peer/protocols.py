"""Scores images under test protocols in PyTorch: its half of `npm run parity -- protocols`.

    python protocols.py --threads 2

A request is a line of JSON: `design` as Skiplab writes it, `protocol`, `cropPadding`, `normalization` (per-pixel-mean or
per-channel-mean-std), the files `weights`, `images` and `output`, and `batches`, lists of training images over which BN's
statistics are averaged, or null for those of the file. `images` holds uint8 `train` and `test` [images, height, width, channels] as
stored, and what Skiplab makes of them: `train-view` and, window by window, `window-0` and on.
`output` gets `scores` [images, classes]. The answer is a line {"pixels": largest difference of a pixel, "differing": their share}.

Scaling, cropping, mirroring, means and averages are stated anew here: PIL's bilinear filter is PyTorch's antialiased interpolation
in double precision, rounded half up. Where a value lies on the edge of two bytes, rounding errors choose; so the windows are compared
with Skiplab's, and Skiplab's are scored.
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

    def __init__(self, train: Tensor, train_view: Tensor, side: int, normalization: str) -> None:
        self.side = side
        self.largest, self.differing, self.count = 0.0, 0, 0
        self.scaled = tuple(train.shape[2:]) != (side, side)
        self.train = self.agreed([self.single(train)], [train_view])[0]
        seen = self.train / 255
        if normalization == "per-pixel-mean":
            self.mean, self.std = seen.mean(0, keepdim=True), torch.ones(1, seen.shape[1], 1, 1, dtype=seen.dtype)
        else:
            self.mean = seen.mean((0, 2, 3), keepdim=True)
            self.std = seen.var((0, 2, 3), unbiased=False, keepdim=True).sqrt()

    def single(self, images: Tensor) -> Tensor:
        return centre(covering(images, nearest(self.side * 256 / 224)), self.side) if self.scaled else images

    def agreed(self, own: list[Tensor], given: list[Tensor]) -> list[Tensor]:
        """The windows as given, after they were compared with one's own."""
        for mine, theirs in zip(own, given, strict=True):
            difference = (mine - theirs).abs()
            self.largest = max(self.largest, difference.max().item())
            self.differing += int((difference > 0).sum())
            self.count += difference.numel()
        return given

    def normalised(self, images: Tensor) -> Tensor:
        mean = self.mean if self.mean.shape[2] == 1 else resized(self.mean, *images.shape[2:], rounds=False)
        return ((images / 255 - mean) / self.std).float()

    def windows(self, protocol: str, images: Tensor) -> list[Tensor]:
        """Bytes of what is read of each image."""
        if protocol == "single-view" or (protocol == "10-crop" and not self.scaled):
            return [self.single(images)]
        if protocol == "10-crop":
            return five(covering(images, nearest(self.side * 256 / 224)), self.side)
        sides = [self.side if scale == 224 else 4 * nearest(self.side * scale / 224 / 4) for scale in PAPER_SCALES]
        return [covering(images, side) for side in sides]

    def of(self, protocol: str, images: Tensor, given: list[Tensor], padding: int) -> list[Tensor]:
        seen = [self.normalised(window) for window in self.agreed(self.windows(protocol, images), given)]
        if protocol == "single-view":
            return seen
        if protocol == "10-crop" and not self.scaled:
            seen = five(F.pad(seen[0], (padding,) * 4), self.side)
        return [view for image in seen for view in (image, image.flip(3))]


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


def score(request: dict) -> dict[str, float]:
    arrays = safetensors.load(request["images"])
    images = {name: torch.from_numpy(array).permute(0, 3, 1, 2).double() for name, array in arrays.items()}
    windows = [images[f"window-{index}"] for index in range(sum(name.startswith("window-") for name in images))]
    network = network_of(request["design"])
    import_arrays(network, safetensors.load(request["weights"]))
    views = Views(images["train"], images["train-view"], request["design"]["inputShape"][0], request["normalization"])
    if request["batches"] is not None:
        average_statistics(network, views.normalised(views.train), request["batches"])
    network.eval()
    with torch.no_grad():
        seen = views.of(request["protocol"], images["test"], windows, request["cropPadding"])
        scores = torch.stack([torch.softmax(network(view), 1) for view in seen]).mean(0)
    safetensors.save(request["output"], {"scores": scores.numpy().astype(np.float32)})
    return {"pixels": views.largest, "differing": views.differing / views.count}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    torch.set_num_threads(parser.parse_args().threads)
    for line in sys.stdin:
        print(json.dumps(score(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
