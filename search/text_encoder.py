"""Words to a vector near those of the pictures that they describe.

Not open_clip's text transformer: captions of drawings are short and of few words, and with n-grams, which share what
"gear", "gears" and "spur gear" have in common (fastText, Bojanowski et al., 2017), a tower trains in minutes.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from search.errors import EncoderUnusable, UsageError

BUCKETS = 8192
"""Places of the n-grams in the table; two may share one."""
WIDTH, HIDDEN = 128, 384
MAX_CHARS = 500
PACKAGED = Path(__file__).parent / "models" / "text.safetensors"
_WORD = re.compile(r"[a-zø]+|\d+(?:\.\d+)?|[^\W\da-zø_]+")


class TextTower(nn.Module):
    """N-grams of a text to a unit vector."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(BUCKETS, WIDTH, mode="mean")
        self.head = nn.Sequential(nn.Linear(WIDTH, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, dimensions))

    def forward(self, places: Tensor, starts: Tensor) -> Tensor:
        """places: (G,) int64 of all n-grams, starts: (N,) int64, where each text's begin; to (N, D) float32."""
        return nn.functional.normalize(self.head(self.table(places, starts)), dim=-1)

    def of(self, texts: Sequence[str]) -> Tensor:
        """(N, D) float32. A text without a word gives a vector that means nothing."""
        places = [list(ngram_places(text)) or [0] for text in texts]
        starts = np.cumsum([0, *(len(one) for one in places[:-1])])
        flat = [place for one in places for place in one]
        return self(torch.tensor(flat), torch.from_numpy(starts))  # type: ignore[no-any-return]


class TextEncoder:
    """The words' side of one encoder. encoder: fingerprint of that."""

    def __init__(self, weights: Path) -> None:
        """Raises EncoderUnusable."""
        try:
            with safe_open(weights, framework="pt") as file:
                self.encoder = (file.metadata() or {})["encoder"]
                state = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118 (not a mapping)
            self._tower = TextTower(len(state["head.2.bias"])).eval()
            self._tower.load_state_dict(state)
        except Exception as error:
            raise EncoderUnusable(f"{weights.name} holds no weights of a text tower: {error}") from error

    @torch.inference_mode()
    def __call__(self, text: str) -> NDArray[np.float32]:
        """(D,) float32 of unit length. Raises UsageError where there is no word, or too many."""
        if len(text) > MAX_CHARS:
            raise UsageError("text", f"text has {len(text)} characters; give at most {MAX_CHARS}")
        if not words_of(text):
            raise UsageError("text", f"there is no word in {text!r}; give some, for example 'flange with 6 holes'")
        vector: NDArray[np.float32] = self._tower.of([text])[0].numpy()
        return vector


def text_encoder_of(encoder: str) -> TextEncoder | None:
    """The packaged words' side of an encoder, by fingerprint; None where there is none."""
    packaged = TextEncoder(PACKAGED) if PACKAGED.is_file() else None
    return packaged if packaged is not None and packaged.encoder == encoder else None


def save_text_tower(tower: TextTower, encoder: str, path: Path) -> None:
    """Write a tower as float16 safetensors, with the fingerprint of its encoder in the header."""
    state = {key: value.detach().half().contiguous() for key, value in tower.state_dict().items()}
    save_file(state, path, metadata={"encoder": encoder})


def words_of(text: str) -> list[str]:
    """Words and numbers in small letters, full-width forms as plain ones; Japanese in runs without a gap."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def ngram_places(text: str) -> Iterator[int]:
    """Where the n-grams of a text stand in the table: words, their trigrams (pairs in Japanese), pairs of words."""
    words = words_of(text)
    for word in words:
        yield _place(word)
        size = 3 if word.isascii() else 2
        marked = f"<{word}>" if word.isascii() else word
        yield from (_place(marked[i : i + size]) for i in range(len(marked) - size + 1) if not word.isdigit())
    yield from (_place(f"{one} {other}") for one, other in pairwise(words))


def _place(ngram: str) -> int:
    return zlib.crc32(ngram.encode()) % BUCKETS
