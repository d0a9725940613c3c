"""Limits of the service, from environment variables. Read when an app is made, never at import."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from search.errors import UsageError


class Settings(BaseSettings):
    """Every field is the environment variable NIZU_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="NIZU_", frozen=True)

    max_body_bytes: Annotated[
        int, Field(ge=1024, description="Largest request body, bytes; a larger one is answered with 413.")
    ] = 100 * 2**20
    search_concurrency: Annotated[int, Field(ge=1, description="Searches and previews that run at the same time.")] = 2
    search_queue: Annotated[
        int, Field(ge=0, description="Searches and previews that may wait; one more is answered with 503.")
    ] = 16
    max_uploads: Annotated[
        int, Field(ge=1, description="Uploads that are taken at the same time; one more is answered with 503.")
    ] = 64
    read_workers: Annotated[int, Field(ge=1, description="Processes that read query drawings.")] = 2
    read_timeout_s: Annotated[
        float, Field(gt=0, description="Seconds a query drawing may take to read; then its process is stopped.")
    ] = 60.0


def settings_from_environment() -> Settings:
    """Raises UsageError that names the variables that are wrong."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"NIZU_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors())
        raise UsageError("environment", wrong) from None
