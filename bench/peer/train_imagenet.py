"""Trains a net of the paper for ImageNet on a Skiplab data set with PyTorch: the peer of a run with the same recipe.

Claim: Skiplab's recipe paper-imagenet with `--set imageSize=64 epochs=15 iterations=null batchSize=128 schedule=milestones
milestones=0.5,0.75 normalization=per-channel-mean pcaShift=0 validationSize=0`, fp32: SGD, momentum 0.9, weight decay 1e-4 on everything,
learning rate 0.1 divided by 10 at 1/2 and 3/4 of all steps, whole batches, shorter side random in [256, 480] (for crops of 224, scaled with the size), random crop, mirror image
half of the time, mean colour of the training images' centre crops subtracted; the test image is the centre crop after scaling the shorter
side to 256/224 of the size. Scaling is bilinear with antialiasing. So errors may be compared run against run; its time may not, since
images are scaled in the training's own thread.

    python train_imagenet.py DATASET_FOLDER --depth 18 --image-size 64 --epochs 15 --threads 2 --seed 1

Prints one JSON line for the set-up, then one for each epoch. Errors are fractions (0..1).
"""

import argparse
import json
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from imagenet import BLOCKS, ImageNetNetwork
from train import Images, learning_rate_at, load_split, report


def scaled(pixels: Tensor, side: int) -> Tensor:
    """uint8 [height, width, channels] with the shorter side scaled to `side`: float [channels, height, width], 0 to 255."""
    height, width, _ = pixels.shape
    size = [max(side, round(length * side / min(height, width))) for length in (height, width)]
    image = pixels.permute(2, 0, 1)[None].float()
    return F.interpolate(image, size, mode="bilinear", align_corners=False, antialias=True)[0].round_()


class Views:
    """Crops of `size` pixels, 0 to 1, less the mean colour of the training images' centre crops."""

    def __init__(self, size: int, train: Images, seed: int) -> None:
        self.size = size
        self.generator = torch.Generator().manual_seed(seed)
        self.mean = torch.zeros(3, 1, 1)
        self.mean = torch.stack([self.centre(pixels).mean((1, 2)) for pixels in train.pixels]).mean(0)[:, None, None]

    def random_integer(self, most: int) -> int:
        return int(torch.randint(0, most + 1, (), generator=self.generator))

    def jittered(self, pixels: Tensor) -> Tensor:
        size = self.size
        least, most = round(size * 256 / 224), round(size * 480 / 224)
        image = scaled(pixels, least + self.random_integer(most - least))
        top, left = (self.random_integer(length - size) for length in image.shape[1:])
        crop = image[:, top : top + size, left : left + size]
        return self.normalized(crop.flip(2) if self.random_integer(1) else crop)

    def centre(self, pixels: Tensor) -> Tensor:
        image = scaled(pixels, round(self.size * 256 / 224))
        top, left = ((length - self.size) // 2 for length in image.shape[1:])
        return self.normalized(image[:, top : top + self.size, left : left + self.size])

    def normalized(self, crop: Tensor) -> Tensor:
        return crop / 255 - self.mean


def train_epoch(network: ImageNetNetwork, optimizer: torch.optim.SGD, images: Images, views: Views, rates: list[float], batch_size: int):
    """Mean loss and error over the batches of one epoch, as seen before each update."""
    network.train()
    loss_sum, wrong = 0.0, 0
    order = torch.randperm(len(images), generator=views.generator)
    for rate, indices in zip(rates, order.split(batch_size), strict=False):
        optimizer.param_groups[0]["lr"] = rate
        x = torch.stack([views.jittered(images.pixels[index]) for index in indices])
        logits = network(x.contiguous(memory_format=torch.channels_last))
        loss = F.cross_entropy(logits, images.labels[indices])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
        wrong += int((logits.detach().argmax(1) != images.labels[indices]).sum())
    return loss_sum / len(rates), wrong / (len(rates) * batch_size)


@torch.inference_mode()
def evaluate(network: ImageNetNetwork, images: Images, views: Views) -> tuple[float, float]:
    """Mean loss and error with running statistics, one centre crop an image."""
    network.eval()
    loss_sum, wrong = 0.0, 0
    for indices in torch.arange(len(images)).split(250):
        logits = network(torch.stack([views.centre(images.pixels[index]) for index in indices]))
        loss_sum += F.cross_entropy(logits, images.labels[indices], reduction="sum").item()
        wrong += int((logits.argmax(1) != images.labels[indices]).sum())
    return loss_sum / len(images), wrong / len(images)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path, help="folder with manifest.json, images of one size")
    parser.add_argument("--family", choices=["plain", "residual"], default="residual")
    parser.add_argument("--depth", type=int, choices=list(BLOCKS), default=18)
    parser.add_argument("--image-size", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=0.1)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    manifest = json.loads((arguments.dataset / "manifest.json").read_text())
    train, test = (load_split(arguments.dataset, manifest, name) for name in ("train", "test"))
    views = Views(arguments.image_size, train, arguments.seed)
    network = ImageNetNetwork(arguments.family, arguments.depth, len(manifest["classes"])).to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(network.parameters(), arguments.learning_rate, 0.9, weight_decay=1e-4, fused=True)
    steps = len(train) // arguments.batch_size
    total = steps * arguments.epochs
    report(
        torch=torch.__version__, dataset=manifest["name"], family=arguments.family, depth=arguments.depth,
        parameters=sum(p.numel() for p in network.parameters()), trainImages=len(train), testImages=len(test),
        imageSize=arguments.image_size, stepsPerEpoch=steps, epochs=arguments.epochs, seed=arguments.seed,
    )
    for epoch in range(arguments.epochs):
        started = time.perf_counter()
        rates = [learning_rate_at(step, total, arguments.learning_rate) for step in range(epoch * steps, (epoch + 1) * steps)]
        train_loss, train_error = train_epoch(network, optimizer, train, views, rates, arguments.batch_size)
        train_seconds = time.perf_counter() - started
        test_loss, test_error = evaluate(network, test, views)
        report(
            epoch=epoch + 1, learningRate=rates[0], trainLoss=train_loss, trainError=train_error, testLoss=test_loss,
            testError=test_error, imagesPerSecond=round(steps * arguments.batch_size / train_seconds, 1),
        )


if __name__ == "__main__":
    main()
