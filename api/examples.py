"""Examples in the OpenAPI document, and how a route says which problems it answers with."""

from __future__ import annotations

from typing import Any

from api.problems import (
    INDEX_UNUSABLE,
    INTERNAL_ERROR,
    INVALID_REQUEST,
    MEDIA_TYPE,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    OVERLOADED,
    TOO_LARGE,
    UNREADABLE_DRAWING,
    ProblemType,
)

DRAWING_ID = "9f2c1b7ad0e54c3f8b6a917d2e4f05c68a3b1d7e9c0f42568d7a1e3b5c9f0624"
_IMAGE = f"/drawings/{DRAWING_ID}/sheets/1.png"
_OVERLAY = f"/drawings/{DRAWING_ID}/sheets/1/overlay.svg"

SEARCH = {
    "query": {
        "sheet": 1,
        "size_px": [3000, 2121],
        "regions": 2,
        "region_boxes": [[0.03, 0.04, 0.97, 0.96], [0.1, 0.2, 0.4, 0.6]],
    },
    "hits": [
        {
            "rank": 1,
            "drawing_id": DRAWING_ID,
            "source": "flanges/FL-1042.pdf",
            "sheet": 1,
            "score": 0.9312,
            "scores": {"visual": 0.9271, "symbols": 0.9722},
            "orientation": {"rotation_deg": 90, "mirrored": False},
            "matches": [
                {"query_box": [0.1, 0.2, 0.4, 0.6], "hit_box": [0.55, 0.1, 0.9, 0.42], "similarity": 0.9541},
            ],
            "overlay_url": f"{_OVERLAY}?boxes=0.55,0.1,0.9,0.42",
            "image_url": _IMAGE,
        }
    ],
    "timings_ms": {"read": 61.2, "orient": 281.4, "encode": 121.3, "shortlist": 8.1, "rerank": 5.4, "total": 477.9},
    "generation": "000007",
}
DRAWING = {
    "drawing_id": DRAWING_ID,
    "sources": ["flanges/FL-1042.pdf", "old/FL-1042 (copy).pdf"],
    "page_count": 1,
    "sheets": [
        {
            "sheet": 1,
            "size_px": [3000, 2121],
            "size_mm": [420.0, 297.0],
            "size_source": "page_box",
            "text": "FLANGE SS400 SCALE 1:2",
            "regions": 24,
            "image_url": _IMAGE,
            "overlay_url": _OVERLAY,
        }
    ],
    "generation": "000007",
}
SYMBOL_CLASSES = [
    {
        "class": "spot_weld",
        "japanese": "スポット溶接・プロジェクション溶接",
        "group": "weld",
        "standard": "JIS Z 3021",
        "successor": None,
    },
]
OVERLAY = {
    "regions": [
        {"kind": "sheet", "box": [0.03, 0.04, 0.97, 0.96]},
        {"kind": "view", "box": [0.55, 0.1, 0.9, 0.42]},
        {"kind": "tile", "box": [0.03, 0.04, 0.6, 0.6]},
    ]
}
READINESS = {
    "status": "ready",
    "generation": "000007",
    "encoder": "nizu@96d2e48720aa",
    "detector": "5c1f0e6a9b37",
    "text": True,
    "drawings": 812,
    "sheets": 1204,
    "regions": 31877,
}
_PROBLEMS: dict[str, tuple[str, dict[str, object]]] = {
    INVALID_REQUEST.name: (
        "top_k: input should be less than or equal to 200",
        {"errors": [{"field": "top_k", "detail": "top_k: input should be less than or equal to 200"}]},
    ),
    UNREADABLE_DRAWING.name: (
        "The drawing is password-protected: save it without a password",
        {"reason": "encrypted"},
    ),
    NOT_FOUND.name: (f"There is no drawing {DRAWING_ID} in generation 000007.", {}),
    METHOD_NOT_ALLOWED.name: ("/search does not take GET; it takes POST.", {}),
    TOO_LARGE.name: (
        "The request has more than 104,857,600 bytes: send a smaller file.",
        {"limit_bytes": 104857600},
    ),
    INTERNAL_ERROR.name: (
        "It is not your fault. Name request 5f0c… to whoever runs this server.",
        {"request_id": "5f0c…"},
    ),
    INDEX_UNUSABLE.name: ("There is no index in archive: make one with 'nizu rebuild DRAWINGS --index archive'.", {}),
    OVERLOADED.name: (
        "18 searches run or wait, which is all this server takes. Ask again in a moment.",
        {},
    ),
}


def example_of(kind: ProblemType) -> dict[str, object]:
    """An answer with a problem of this kind."""
    detail, members = _PROBLEMS[kind.name]
    return {"type": kind.uri, "title": kind.title, "status": kind.status, "detail": detail, **members}


def answers(example: object, *kinds: ProblemType) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that answers JSON like the example, or one of these problems."""
    return {200: {"content": {"application/json": {"example": example}}}, **problems(*kinds)}


def problems(*kinds: ProblemType) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route for these problems; the internal error goes without saying."""
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in (*kinds, INTERNAL_ERROR):
        response = responses.setdefault(kind.status, {"description": kind.title, "content": {MEDIA_TYPE: {}}})
        media = response["content"][MEDIA_TYPE]
        media["schema"] = {"$ref": "#/components/schemas/Problem"}
        media.setdefault("examples", {})[kind.name] = {"summary": kind.title, "value": example_of(kind)}
        if kind is OVERLOADED:
            response["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return responses
