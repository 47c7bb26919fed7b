"""The paper's nets for ImageNet (Table 1), plain and residual with option B, in PyTorch: what `npm run bench` times.

The stride of a bottleneck is in its first 1x1 layer, as in the paper. Convolutions have no bias, BN follows each.
"""

import torch.nn.functional as F
from torch import Tensor, nn

WIDTHS = (64, 128, 256, 512)
BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


class ConvolutionBN(nn.Module):
    def __init__(self, inputs: int, filters: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, filters, kernel, stride, padding=kernel // 2, bias=False)
        self.normalization = nn.BatchNorm2d(filters, eps=1e-5, momentum=0.1)
        nn.init.kaiming_normal_(self.convolution.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        return self.normalization(self.convolution(x))


class Block(nn.Module):
    """Two 3x3 layers, or a bottleneck, and in residual nets the shortcut around them."""

    def __init__(self, residual: bool, bottleneck: bool, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        self.outputs = 4 * width if bottleneck else width
        layers = [(inputs, width, 1, stride), (width, width, 3, 1), (width, self.outputs, 1, 1)]
        self.layers = nn.ModuleList(
            ConvolutionBN(*layer) for layer in (layers if bottleneck else [(inputs, width, 3, stride), (width, width, 3, 1)])
        )
        self.residual = residual
        grows = stride != 1 or inputs != self.outputs
        self.projection = ConvolutionBN(inputs, self.outputs, 1, stride) if residual and grows else None

    def forward(self, x: Tensor) -> Tensor:
        y = x
        for layer in self.layers[:-1]:
            y = F.relu(layer(y), inplace=True)
        y = self.layers[-1](y)
        if self.residual:
            y = y + (x if self.projection is None else self.projection(x))
        return F.relu(y, inplace=True)


class ImageNetNetwork(nn.Module):
    """Images [batch, 3, height, width] to logits [batch, classes]."""

    def __init__(self, family: str, depth: int, classes: int) -> None:
        super().__init__()
        self.stem = ConvolutionBN(3, WIDTHS[0], 7, 2)
        blocks: list[Block] = []
        inputs = WIDTHS[0]
        for stage, (width, count) in enumerate(zip(WIDTHS, BLOCKS[depth], strict=True)):
            for block in range(count):
                blocks.append(Block(family == "residual", depth >= 50, inputs, width, 2 if stage > 0 and block == 0 else 1))
                inputs = blocks[-1].outputs
        self.blocks = nn.Sequential(*blocks)
        self.classifier = nn.Linear(inputs, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.stem(x), inplace=True), 3, 2, 1)
        return self.classifier(self.blocks(x).mean((2, 3)))

