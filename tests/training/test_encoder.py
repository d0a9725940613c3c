"""Training: a run that was stopped goes on to the same weights, and what it writes is an encoder."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

import training.encoder as trainer
from search.encoder import load_tower, model_config, save_weights
from search.errors import EncoderUnusable, UsageError
from training.encoder import Config, train
from training.encoding.start import start_tower

TINY = replace(
    Config.read(Path("training/configs/encoder.json")),
    start="random",
    steps=2,
    small_steps=1,
    small_px=96,
    drawings_per_step=2,
    query_regions=2,
    index_regions=2,
    memory=3,
    long_side_px=700,
    validate_every=1,
    validation_parts=2,
    warmup_steps=1,
    learning_rate=0.02,
)


@pytest.fixture(autouse=True)
def heads_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four pictures are too few for statistics."""
    for name in ("PROJECTION_BATCHES", "WHITENING_BATCHES"):
        monkeypatch.setattr(trainer, name, 1)
    for name in ("fit_projection", "whiten"):
        monkeypatch.setattr(trainer, name, lambda tower, batches: list(batches))


class Stopped(Exception):
    pass


@pytest.mark.filterwarnings("ignore")
def test_a_stopped_run_goes_on_to_the_weights_of_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(TINY, tmp_path / "whole", workers=0)
    save = trainer._save

    def save_and_stop(*arguments: object) -> None:
        save(*arguments)
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(trainer, "_save", save_and_stop)
        with pytest.raises(Stopped):
            train(TINY, tmp_path / "stopped", workers=0)
    with pytest.raises(UsageError, match="begun with another steps"):
        train(replace(TINY, steps=TINY.steps + 1), tmp_path / "stopped", workers=0)
    resumed = train(TINY, tmp_path / "stopped", workers=0)

    a, b = load_tower(whole)[0].state_dict(), load_tower(resumed)[0].state_dict()
    assert all(torch.allclose(a[key], b[key], atol=2e-3) for key in a)
    assert len((tmp_path / "stopped" / "log.jsonl").read_text().splitlines()) == 2
    start = start_tower(TINY.model, "random", TINY.seed).state_dict()
    assert any(not torch.allclose(a[key], start[key], atol=2e-3) for key in a if "conv" in key), "it learned nothing"


def test_a_run_may_start_from_weights_of_the_same_model_only(tmp_path: Path) -> None:
    tower = start_tower(TINY.model, "random", 3)
    save_weights(tower, model_config(TINY.model), tmp_path / "earlier.safetensors")
    again = start_tower(TINY.model, str(tmp_path / "earlier.safetensors"), 4)
    for one, other in zip(tower.state_dict().values(), again.state_dict().values(), strict=True):
        assert torch.allclose(one.float(), other.float(), rtol=1e-3, atol=1e-3)

    save_weights(tower, model_config(TINY.model) | {"embed_dim": 128}, tmp_path / "other.safetensors")
    with pytest.raises(EncoderUnusable):
        start_tower(TINY.model, str(tmp_path / "other.safetensors"), 4)
    with pytest.raises(EncoderUnusable):
        start_tower(TINY.model, str(tmp_path / "missing.safetensors"), 4)
