"""Loads what export_test.cpp wrote into PyTorch: the definitions at the top of core/learning/models/*.cpp, spelt out.

load_model.py FOLDER KIND: reads FOLDER/tensors (lines: name extents...), FOLDER/numbers and FOLDER/inputs (float32), writes the
logits to FOLDER/logits (float32). Exit status 77 where there is no torch."""
import math
import sys
from collections import OrderedDict

try:
    import numpy
    import torch
    from torch import nn
except ImportError:
    sys.exit(77)


def logistic():
    return nn.Sequential(OrderedDict(flatten=nn.Flatten(), head=nn.Linear(784, 10)))


def mlp():
    return nn.Sequential(OrderedDict(flatten=nn.Flatten(), hidden1=nn.Linear(784, 128), relu1=nn.ReLU(), head=nn.Linear(128, 10)))


def lenet():
    return nn.Sequential(OrderedDict(
        conv1=nn.Conv2d(1, 6, 5, padding=2), relu1=nn.ReLU(), pool1=nn.MaxPool2d(2),
        conv2=nn.Conv2d(6, 16, 5), relu2=nn.ReLU(), pool2=nn.MaxPool2d(2), flatten=nn.Flatten(),
        hidden1=nn.Linear(16 * 5 * 5, 120), relu3=nn.ReLU(), hidden2=nn.Linear(120, 84), relu4=nn.ReLU(), head=nn.Linear(84, 10)))


def lenet_sigmoid():
    layers = OrderedDict()
    for number, (before, stride) in enumerate([(1, 2), (12, 2), (12, 1)], 1):
        layers[f"conv{number}"] = nn.Conv2d(before, 12, 5, stride, padding=2)
        layers[f"sigmoid{number}"] = nn.Sigmoid()
    layers.update(flatten=nn.Flatten(), head=nn.Linear(12 * 7 * 7, 10))
    return nn.Sequential(layers)


def cnn(norm):
    layers = OrderedDict()
    for number, (before, after) in enumerate([(1, 16), (16, 32), (32, 32)], 1):
        layers[f"conv{number}"] = nn.Conv2d(before, after, 3, padding=1)
        if norm == "batch":
            layers[f"norm{number}"] = nn.BatchNorm2d(after)
        if norm == "group":
            layers[f"norm{number}"] = nn.GroupNorm(math.gcd(8, after), after)
        layers[f"relu{number}"] = nn.ReLU()
        layers[f"pool{number}"] = nn.MaxPool2d(2)
    layers.update(flatten=nn.Flatten(), head=nn.Linear(288, 10))
    return nn.Sequential(layers)


class BasicBlock(nn.Module):  # as in torchvision
    def __init__(self, before, after, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        self.downsample = None
        if stride != 1 or before != after:
            self.downsample = nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))

    def forward(self, x):
        out = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(out + (x if self.downsample is None else self.downsample(x)))


class ResNet18(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 64, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        for stage, (before, after) in enumerate([(64, 64), (64, 128), (128, 256), (256, 512)], 1):
            blocks = nn.Sequential(BasicBlock(before, after, 1 if stage == 1 else 2), BasicBlock(after, after, 1))
            setattr(self, f"layer{stage}", blocks)
        self.fc = nn.Linear(512, 10)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


KINDS = {"logistic": logistic, "mlp": mlp, "lenet": lenet, "lenet_sigmoid": lenet_sigmoid, "cnn": lambda: cnn("none"),
         "cnn-batch": lambda: cnn("batch"), "cnn-group": lambda: cnn("group"), "resnet18-batch": ResNet18}


def load(folder):
    numbers = torch.from_numpy(numpy.fromfile(f"{folder}/numbers", numpy.float32))
    state = OrderedDict()
    for line in open(f"{folder}/tensors"):
        name, *extents = line.split()
        shape = [int(extent) for extent in extents]
        size = math.prod(shape)
        state[name], numbers = numbers[:size].view(shape), numbers[size:]
    return state


def main(folder, kind):
    model = KINDS[kind]()
    missing, unexpected = model.load_state_dict(load(folder), strict=False)
    assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing), (missing, unexpected)
    inputs = torch.from_numpy(numpy.fromfile(f"{folder}/inputs", numpy.float32)).view(-1, 1, 28, 28)
    with torch.no_grad():
        model.eval()(inputs).numpy().tofile(f"{folder}/logits")


main(*sys.argv[1:])
