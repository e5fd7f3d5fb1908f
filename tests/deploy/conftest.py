from __future__ import annotations

from pathlib import Path

import pytest

from .image import lay_out


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder /app of the image."""
    folder = tmp_path_factory.mktemp("image") / "app"
    lay_out(folder)
    return folder
