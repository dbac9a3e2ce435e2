"""What code for PyTorch says of losses and optimizers: which loss reads which model, and how."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from net2fig.network import Feed, Loss, Sample, Training
from net2fig.read.training.torch_code import read_project_training, read_torch_training


def stated(text: str, *names: str, among: bool = False) -> Training | None:
    statements = ast.parse(dedent(text)).body
    return read_torch_training(statements, "net.py", names, among=among)


def losses(text: str, *names: str, among: bool = False) -> tuple[Loss, ...]:
    found = stated(text, *names, among=among)
    return () if found is None else found.losses


def test_the_only_loss_and_the_only_optimizer() -> None:
    text = """
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    """
    assert stated(text) == Training("sgd", 0.1, (Loss("cross_entropy", "", True),), line="net.py:2")
    assert losses("a = nn.MSELoss()\nb = nn.L1Loss()") == ()
    assert stated("x = 1") is None
    assert losses("net = Trainer(Net, criterion=nn.NLLLoss)") == (
        Loss("negative_log_likelihood", "", False),
    )


@pytest.mark.parametrize(
    ("line", "applied"),
    [
        ("loss = criterion(net(x), y)", ""),
        ("out = net(x)\nloss = criterion(out, y)", ""),
        ("out = net.forward(x)\nout = out.view(-1, 10)\nloss = criterion(out, y)", ""),
        ("loss = criterion(torch.squeeze(net(x)), y)", ""),
        ("p = F.softmax(net(x), dim=1)\nloss = criterion(p, y)", "softmax"),
        ("loss = criterion(net(x).softmax(1), y)", "softmax"),
        ("loss = criterion(input=torch.log(net(x).softmax(-1)), target=y)", "log_softmax"),
        ("loss = criterion(torch.sigmoid(F.relu(net(x))), y)", "?"),
    ],
)
def test_what_lies_between_a_model_and_its_loss(line: str, applied: str) -> None:
    text = f"criterion = nn.CrossEntropyLoss().to(device)\n{line}"
    assert losses(text, "net", among=True) == (Loss("cross_entropy", "", True, applied),)


def test_each_of_several_models_and_outputs_has_its_own_loss() -> None:
    text = """
    real, kind = nn.BCELoss(), None
    for x, y in data:
        fake = maker(noise)
        whole, classes = critic(fake)
        a = F.binary_cross_entropy(whole, y)
        b = F.nll_loss(classes, y)
    """
    assert losses(text, "critic", among=True) == (
        Loss("binary_crossentropy", "0", False),
        Loss("negative_log_likelihood", "1", False),
    )
    assert losses(text, "maker", among=True) == ()


def test_an_instance_stands_for_its_class() -> None:
    text = "net = Net(3)\nloss = F.mse_loss(net(x), y)\nother = F.l1_loss(twin(x), y)"
    assert losses(text, "Net", among=True) == (Loss("mean_squared_error", "", False),)


def test_a_class_may_compute_its_own_loss() -> None:
    text = """
    class Net(LightningModule):
        def __init__(self):
            self.loss = nn.CrossEntropyLoss()

        def training_step(self, batch, i):
            x, y = batch
            return self.loss(self(x), y)

        def forward(self, x):
            return self.end(x)

    class Twin(nn.Module):
        def forward(self, x, y):
            p = F.softmax(self.end(x), dim=-1)
            return F.cross_entropy(p, y)
    """
    assert losses(text, "Net", among=True) == (Loss("cross_entropy", "", True),)
    assert losses(text, "Twin", among=True) == (Loss("cross_entropy", "", True, "softmax"),)


def test_nothing_is_claimed_where_losses_disagree() -> None:
    text = """
    criterion = nn.BCELoss() if two else nn.MSELoss()
    a = F.mse_loss(net(x), y)
    b = F.l1_loss(net(x), y)
    """
    assert losses(text, "net", among=True) == ()
    assert losses("def f(out, y):\n    return F.mse_loss(out, y)", "net", among=True) == ()


@pytest.mark.parametrize(
    ("line", "feed"),
    [
        ("datasets.MNIST('.')", Feed((Sample((1, None, None)),), (Sample((), 0, 9, True),))),
        (
            "CIFAR100('.', transform=Grayscale())",
            Feed((None,), (Sample((), 0, 99, True),)),
        ),
        ("x = Subset(datasets.SVHN('.'), i)", Feed((Sample((3, None, None)),), (None,))),
        ("datasets.MNIST('.'), datasets.SVHN('.')", None),
        ("datasets.MNIST('.'), datasets.Food101('.')", None),
        ("datasets.MNIST('.'), ImageFolder('.')", None),
    ],
)
def test_pictures_of_a_data_set(line: str, feed: Feed | None) -> None:
    found = stated(f"{line}\noptimizer = Adam(net.parameters())")
    assert found is not None
    assert [(each.inputs, each.targets) for each in found.feeds] == (
        [] if feed is None else [(feed.inputs, feed.targets)]
    )


def test_files_beside_a_model_tell_its_loss(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text("class MyNet(nn.Module): pass")
    (tmp_path / "broken.py").write_text("MyNet( loss")
    (tmp_path / "train.py").write_text(
        "def train(my_net):\n    return F.nll_loss(my_net(x), y)  # the loss\n"
    )
    found = read_project_training(tmp_path / "net.py", "MyNet")
    assert found is not None
    assert found.losses == (Loss("negative_log_likelihood", "", False),)
    assert found.line == "train.py:2"
    (tmp_path / "gan.py").write_text("a = MyNet()\nb = Critic()\nloss = F.mse_loss(b(x), y)\n")
    assert read_project_training(tmp_path / "net.py", "MyNet") == found
    (tmp_path / "other.py").write_text("loss = F.mse_loss(MyNet()(x), y)")
    assert read_project_training(tmp_path / "net.py", "MyNet") is None
