"""What people print: recorded output of libraries, lines of all kinds, and what must not be taken for a metric."""

from __future__ import annotations

import json
import math
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain.formats import AXES, FORMATS, Context, read_line, read_progress
from jupyter_mlops.domain.metrics import LogParser

LOGS = Path(__file__).parents[1] / "fixtures" / "logs"
POSITIVE = sorted(path.stem for path in LOGS.glob("*.log"))
NEGATIVE = sorted(path.stem for path in (LOGS / "negative").glob("*.log"))


@pytest.mark.parametrize("name", POSITIVE)
def test_recorded_output_gives_its_points(name: str) -> None:
    parser = LogParser()
    points = list(parser.feed((LOGS / f"{name}.log").read_bytes(), 0.0).points())
    expected = json.loads((LOGS / f"{name}.json").read_text())
    shown = [[p.name, p.axis, p.step, p.value if math.isfinite(p.value) else str(p.value)] for p in points]
    assert shown == expected["points"]
    progress = parser.progress()
    assert (progress and [progress.done, progress.total, progress.unit]) == expected["progress"]


@pytest.mark.parametrize("name", NEGATIVE)
def test_what_speaks_of_other_things_gives_nothing(name: str) -> None:
    lines = (LOGS / "negative" / f"{name}.log").read_bytes().split(b"\n")
    parser = LogParser()
    found = [(line, list(parser.feed(line + b"\n", 0.0).points())) for line in lines]
    assert [entry for entry in found if entry[1]] == []
    assert parser.progress() is None


@pytest.mark.parametrize(
    ("line", "axis", "step", "values"),
    [
        ("loss=0.5", "step", None, {"loss": 0.5}),
        ("step=3 loss=0.2", "step", 3, {"loss": 0.2}),
        ("global_step=900 epoch=3 loss=2e-1", "global_step", 900, {"loss": 0.2}),
        ("epoch=2, val/acc=.75;", "epoch", 2, {"val/acc": 0.75}),
        ("loss=-inf acc=NaN", "step", None, {"loss": -math.inf, "acc": math.nan}),
        ("loss: 0.5", "step", None, {"loss": 0.5}),
        ("loss : 0.5", "step", None, {"loss": 0.5}),
        ("acc: 93.1%", "step", None, {"acc": 93.1}),
        ("accuracy 0.93", "step", None, None),
        ("epoch 4/6 loss 0.1432", "epoch", 4, {"loss": 0.1432}),
        ("Epoch 4 of 6: loss 0.1432, acc 93%", "epoch", 4, {"loss": 0.1432, "acc": 93.0}),
        ("it 5: loss 1", "iteration", 5, {"loss": 1.0}),
        ("[epoch 3] mean reward: -1.5e+02", "epoch", 3, {"mean_reward": -150.0}),
        ("Epoch 1 training loss: 0.5 validation loss: 0.6", "epoch", 1, {"training_loss": 0.5, "validation_loss": 0.6}),
        ("Val: loss=0.3 acc=0.9", "step", None, {"Val_loss": 0.3, "Val_acc": 0.9}),
        ("loss=0.5 time=3.2s eta: 5 s", "step", None, {"loss": 0.5}),
        ("loss: 0.5. Next.", "step", None, {"loss": 0.5}),
        ("loss: 0.5.1", "step", None, None),
        ("loss: 1,234", "step", None, None),
        ("loss=0x10", "step", None, None),
        ("损失=0.5", "step", None, {"损失": 0.5}),
        ("top-1 accuracy: 0.7 top5_acc: 0.9", "step", None, {"top-1_accuracy": 0.7, "top5_acc": 0.9}),
        ("2026-11-24 06:30:12 INFO [train] step 5 | loss 0.3", "step", 5, {"train_loss": 0.3}),
        ("loss: np.float64(0.25)", "step", None, {"loss": 0.25}),
        ("[2]\ttrain-rmse:nan\teval-rmse:1.2e-05", "iteration", 2, {"train-rmse": math.nan, "eval-rmse": 1.2e-05}),
        ("[5]\tcv_agg's valid l2: 0.0712 + 0.0101", "iteration", 5, {"cv_agg-valid_l2": 0.0712}),
        ("Epoch 1: 100%|█| 6/6 [00:01<00:00, 3.5it/s, loss=0.5, val_acc=0.7", "epoch", 1, {"loss": 0.5}),
        ("30/60 [=====>...] - ETA: 0s - loss: 0.5", "step", None, {}),
        ("60/60 [=======] - 1s 4ms/step - loss: 0.5", "step", None, {"loss": 0.5}),
        ("Metric val_loss improved by 0.1 >= min_delta = 0.0. New best score: 0.6", "step", None, {}),
        ("{'loss': 0.5}", "step", None, None),
        ("lr: 0.1", "step", None, None),
        ("Net(loss=0.5, acc=3)", "step", None, None),
    ],
)
def test_a_line_says(line: str, axis: str, step: float | None, values: dict[str, float] | None) -> None:
    reading = read_line(line, Context())
    if values is None:
        assert reading is None or not reading.values
        return
    assert reading is not None
    assert (reading.axis, reading.step) == (axis, step)
    assert dict(reading.values) == pytest.approx(values, nan_ok=True)


def test_axes_are_never_metrics() -> None:
    for axis in AXES:
        reading = read_line(f"{axis}=5 loss=1", Context())
        assert reading is not None
        assert [name for name, _ in reading.values] == ["loss"]


@pytest.mark.parametrize(
    ("text", "done", "total", "unit"),
    [
        (" 45%|████▌     | 45/100 [00:12<00:15,  3.60it/s]", 45, 100, ""),
        ("train:  45%|████▌     | 45/100 [00:12<00:15,  1.20s/batch]", 45, 100, "batch"),
        ("Epoch 3/4:  50%|#####     | 5/10 [00:12<00:15,  3.60it/s, loss=0.5]", 2.5, 4, "epoch"),
        ("45it [00:12,  3.60it/s]", 45, None, ""),
        ("model:  50%|█████     | 1.50M/3.00M [00:01<00:01, 1.5MB/s]", 1.5e6, 3e6, "B"),
        ("12/60 [=====>........................] - ETA: 0s - loss: 0.69", 12, 60, "step"),
        ("Epoch 2/3 : |██--| 50.00% [30/60 00:00<00:00... 1.4528]", 1.5, 3, "epoch"),
        ("Epoch 1: 50%|█| 3/6 [00:01<00:01, 3.5it/s, loss=0.5, val_l", 3, 6, ""),
    ],
)
def test_a_bar_says_how_far_it_is(text: str, done: float, total: float | None, unit: str) -> None:
    progress = read_progress(text, Context())
    assert progress is not None
    assert (progress.done, progress.total, progress.unit) == (done, total, unit)


def test_a_bar_under_a_heading_counts_within_its_epoch() -> None:
    context = Context()
    read_line("Epoch 4/6", context)
    progress = read_progress("30/60 [=====>...] - loss: 0.5", context)
    assert progress is not None
    assert (progress.done, progress.total, progress.unit) == (3.5, 6, "epoch")


def test_what_keras_evaluates_is_not_the_last_epoch() -> None:
    context = Context()
    lines = ["Epoch 2/2", "60/60 - 1s - 17ms/step - loss: 0.5", "12/12 - 0s - 9ms/step - loss: 0.7"]
    readings = [reading for line in lines if (reading := read_line(line, context)) is not None]
    assert [reading.values for reading in readings] == [[], [("loss", 0.5)], [("eval_loss", 0.7)]]
    assert [reading.axis for reading in readings[1:]] == ["epoch", "step"]


def test_a_few_lines_between_its_rows_do_not_end_a_table_but_many_do() -> None:
    context = Context()
    read_line("epoch     train_loss", context)
    for line in ("Better model found at epoch 0", "a.py:3: UserWarning: slow", "  warn()"):
        read_line(line, context)
    assert read_line("1         0.5", context) is not None
    for _ in range(20):
        read_line("something else", context)
    assert read_line("2         0.4", context) is None


def test_the_code_in_a_traceback_is_no_metric_but_what_follows_is() -> None:
    context = Context()
    lines = ["Traceback (most recent call last):", '  File "a.py", line 3', "    loss = 0.5", "ValueError: acc: 0.5"]
    assert not any(reading.values for line in lines if (reading := read_line(line, context)))
    reading = read_line("loss=0.5", context)
    assert reading is not None
    assert reading.values


def test_every_format_has_a_name_of_its_own() -> None:
    assert len({form.name for form in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize(
    "line",
    [
        "epoch " + "1" * 5000 + "/3",
        "1" * 400 + "/60 [===]",
        "[" + "1" * 400 + "]\ttrain-rmse:1",
        "9" * 400 + ":\tlearn: 1",
        "{'loss': 0.5, 'epoch': nan}",
        "epoch=inf loss=1",
        "step=1_000 loss=1",
        "٣/٦ [===] - loss: 1",
        "loss=" + "9" * 5000,
    ],
)
def test_numbers_that_are_none_stop_nothing(line: str) -> None:
    parser = LogParser()
    points = list(parser.feed(f"epoch    loss\n² 1\n{line}\n".encode(), 0.0).points())
    assert all(math.isfinite(point.step) for point in points)
    progress = parser.progress()
    assert progress is None or math.isfinite(progress.done)


@given(st.text(alphabet=st.sampled_from("epoch lossacc:=0.123456789/%|[]{}'\",+-\t\\eE█> s")))
def test_no_line_is_too_strange(line: str) -> None:
    context = Context()
    reading = read_line(line, context)
    read_progress(line, context)
    for name, value in reading.values if reading else ():
        assert name
        assert isinstance(value, float)


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "1",
        " ",
        "a ",
        "a=",
        "1/",
        "a: ",
        "=",
        "[",
        "epoch 1 ",
        "loss: 1 ",
        "loss: 1, ",
        "a=1 ",
        "█|",
        "|-",
        "0[0:0, 1/s,",
        "0[0,",
        "9%|",
        "a(b=",
        "{'",
        "'a': ",
    ],
)
def test_a_hostile_line_is_read_in_no_time(unit: str) -> None:
    line = (unit * 8192)[:8192]
    before = process_time()
    read_line(line, Context(columns=["epoch", "loss"], quoted=1))
    read_progress(line, Context())
    assert process_time() - before < 0.25
