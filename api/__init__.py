"""HTTP over the engine: search, drawings, overlays, health, metrics, and the web page."""

from __future__ import annotations

from pathlib import Path

SHUTDOWN_S = 30
"""Requests under way may end; a stalled upload does not keep the process."""


def serve(index_dir: Path, host: str, port: int, encoder: str, root_path: str = "") -> None:
    """Serve the index until the process is told to stop. root_path: prefix that a proxy takes away.

    Raises EncoderUnusable, UsageError.

    Starts without a usable index, too: `/readyz` says why, and the first generation published serves.
    """
    import uvicorn

    from api.app import create_app
    from api.logs import configure_logs
    from api.settings import settings_from_environment
    from search.encoder import load_encoder
    from search.stores.faiss_store import gpu_count
    from search.symbols.detector import packaged_detector

    settings = settings_from_environment()
    configure_logs()
    loaded = load_encoder(encoder, device="cuda" if gpu_count() else "cpu")
    app = create_app(index_dir, loaded, settings, packaged_detector())
    uvicorn.run(
        app,
        host=host,
        port=port,
        root_path=root_path,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
