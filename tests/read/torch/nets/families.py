"""Small networks of families that papers use, each in the style of its usual code."""

import torch
import torch.nn.functional as F
from torch import nn


class DenseLayer(nn.Module):
    def __init__(self, inp, growth):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(inp)
        self.conv1 = nn.Conv2d(inp, 4 * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(4 * growth)
        self.conv2 = nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)

    def forward(self, x):
        out = self.conv1(F.relu(self.norm1(x)))
        return torch.cat([x, self.conv2(F.relu(self.norm2(out)))], 1)


class DenseNet(nn.Module):
    def __init__(self, growth=4, blocks=(3, 3), classes=5):
        super().__init__()
        self.stem = nn.Conv2d(3, 2 * growth, 3, padding=1)
        width = 2 * growth
        parts = []
        for number, count in enumerate(blocks):
            for _ in range(count):
                parts.append(DenseLayer(width, growth))
                width += growth
            if number < len(blocks) - 1:
                parts += [nn.Conv2d(width, width // 2, 1), nn.AvgPool2d(2)]
                width //= 2
        self.features = nn.Sequential(*parts)
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        x = F.relu(self.features(self.stem(x)))
        return self.head(torch.flatten(F.adaptive_avg_pool2d(x, (1, 1)), 1))


class SqueezeExcite(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.reduce = nn.Conv2d(width, inner, 1)
        self.expand = nn.Conv2d(inner, width, 1)

    def forward(self, x):
        scale = F.relu(self.reduce(self.pool(x)))
        return x * F.hardsigmoid(self.expand(scale))


class InvertedResidual(nn.Module):
    def __init__(self, inp, out, stride=1, ratio=4):
        super().__init__()
        hidden = inp * ratio
        self.residual = stride == 1 and inp == out
        self.block = nn.Sequential(
            nn.Conv2d(inp, hidden, 1, bias=False),
            nn.BatchNorm2d(hidden),
            nn.Hardswish(),
            nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False),
            nn.BatchNorm2d(hidden),
            nn.Hardswish(),
            SqueezeExcite(hidden, hidden // 4),
            nn.Conv2d(hidden, out, 1, bias=False),
            nn.BatchNorm2d(out),
        )

    def forward(self, x):
        out = self.block(x)
        return x + out if self.residual else out


class MobileNet(nn.Module):
    def __init__(self, width=8, classes=5):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 3, 2, 1)
        self.blocks = nn.Sequential(
            InvertedResidual(width, width),
            InvertedResidual(width, 2 * width, 2),
            InvertedResidual(2 * width, 2 * width),
            InvertedResidual(2 * width, 2 * width),
        )
        self.head = nn.Linear(2 * width, classes)

    def forward(self, x):
        x = self.blocks(F.hardswish(self.stem(x)))
        return self.head(x.mean([2, 3]))


class Inception(nn.Module):
    def __init__(self, inp, out):
        super().__init__()
        self.one = nn.Conv2d(inp, out, 1)
        self.three = nn.Sequential(nn.Conv2d(inp, out, 1), nn.ReLU(), nn.Conv2d(out, out, 3, 1, 1))
        self.five = nn.Sequential(nn.Conv2d(inp, out, 1), nn.ReLU(), nn.Conv2d(out, out, 5, 1, 2))
        self.pool = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(inp, out, 1))

    def forward(self, x):
        return F.relu(torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], 1))


class GoogLeNet(nn.Module):
    def __init__(self, width=8, classes=5):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 4 * width, 3, 2, 1), nn.ReLU())
        self.first = Inception(4 * width, width)
        self.second = Inception(4 * width, width)
        self.third = Inception(4 * width, 2 * width)
        self.fourth = Inception(8 * width, 2 * width)
        self.dropout = nn.Dropout(0.4)
        self.head = nn.Linear(8 * width, classes)

    def forward(self, x):
        x = self.second(self.first(self.stem(x)))
        x = self.fourth(self.third(F.max_pool2d(x, 2)))
        x = torch.flatten(F.adaptive_avg_pool2d(x, (1, 1)), 1)
        return self.head(self.dropout(x))


class ASPP(nn.Module):
    def __init__(self, width, out):
        super().__init__()
        self.one = nn.Conv2d(width, out, 1)
        self.two = nn.Conv2d(width, out, 3, padding=2, dilation=2)
        self.four = nn.Conv2d(width, out, 3, padding=4, dilation=4)
        self.project = nn.Conv2d(3 * out, out, 1)

    def forward(self, x):
        return F.relu(self.project(torch.cat([self.one(x), self.two(x), self.four(x)], 1)))


class DeepLab(nn.Module):
    def __init__(self, width=8, classes=4):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(3, width, 3, 2, 1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 3, 2, 1),
            nn.ReLU(),
        )
        self.aspp = ASPP(2 * width, width)
        self.classifier = nn.Conv2d(width, classes, 1)

    def forward(self, x):
        y = self.classifier(self.aspp(self.encoder(x)))
        return F.interpolate(y, scale_factor=4.0, mode="bilinear", align_corners=False)


class GRUNet(nn.Module):
    def __init__(self, bins=12, width=8, classes=5):
        super().__init__()
        self.conv = nn.Conv1d(bins, width, 3, padding=1)
        self.norm = nn.BatchNorm1d(width)
        self.gru = nn.GRU(width, 6, batch_first=True)
        self.head = nn.Linear(6, classes)

    def forward(self, sound):
        x = F.relu(self.norm(self.conv(sound))).transpose(1, 2)
        steps, _ = self.gru(x)
        return self.head(steps)


class Siamese(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, width, 3, 2),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 3, 2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(2 * width * 36, 16),
        )
        self.head = nn.Linear(16, 1)

    def forward(self, left, right):
        return torch.sigmoid(self.head(torch.abs(self.encoder(left) - self.encoder(right))))


class CNBlock(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.depthwise = nn.Conv2d(dim, dim, 7, padding=3, groups=dim)
        self.norm = nn.LayerNorm(dim)
        self.expand = nn.Linear(dim, 4 * dim)
        self.project = nn.Linear(4 * dim, dim)

    def forward(self, x):
        y = self.depthwise(x).permute(0, 2, 3, 1)
        y = self.project(F.gelu(self.expand(self.norm(y))))
        return x + y.permute(0, 3, 1, 2)


class ConvNeXt(nn.Module):
    def __init__(self, dim=8, classes=5):
        super().__init__()
        self.stem = nn.Conv2d(3, dim, 4, 4)
        self.first = nn.Sequential(CNBlock(dim), CNBlock(dim))
        self.down = nn.Conv2d(dim, 2 * dim, 2, 2)
        self.second = nn.Sequential(CNBlock(2 * dim), CNBlock(2 * dim))
        self.head = nn.Linear(2 * dim, classes)

    def forward(self, x):
        x = self.second(self.down(self.first(self.stem(x))))
        return self.head(x.mean([-2, -1]))


class Encoder(nn.Module):
    def __init__(self, words=40, dim=16, depth=2):
        super().__init__()
        self.embedding = nn.Embedding(words, dim)
        self.position = nn.Parameter(torch.zeros(1, 9, dim))
        layer = nn.TransformerEncoderLayer(dim, 4, 32, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        self.head = nn.Linear(dim, 3)

    def forward(self, tokens):
        x = self.encoder(self.embedding(tokens) + self.position)
        return self.head(x[:, 0])
