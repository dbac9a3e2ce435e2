"""A U-Net in PyTorch, in classes for its parts."""

import torch
from torch import nn


class DoubleConv(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(before, after, 3, padding=1),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.Conv2d(after, after, 3, padding=1),
            nn.BatchNorm2d(after),
            nn.ReLU(),
        )

    def forward(self, x):
        return self.layers(x)


class Segmenter(nn.Module):
    def __init__(self, channels=3, classes=2, width=16):
        super().__init__()
        sizes = [width * 2**level for level in range(4)]
        self.down = nn.ModuleList(map(DoubleConv, [channels, *sizes], sizes))
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(2 * size, size, 2, stride=2) for size in sizes[-2::-1]
        )
        self.fuse = nn.ModuleList(DoubleConv(2 * size, size) for size in sizes[-2::-1])
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, image):
        skips, x = [], image
        for level, block in enumerate(self.down):
            x = block(self.pool(x) if level else x)
            skips.append(x)
        skips.pop()
        for up, fuse in zip(self.up, self.fuse):
            x = fuse(torch.cat([skips.pop(), up(x)], dim=1))
        return self.head(x)


if __name__ == "__main__":
    print(Segmenter()(torch.randn(1, 3, 128, 128)).shape)
