"""The model of meaning for tests: built once a run, shared by all worker processes of pytest-xdist."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavo.annotate import Embedder, load_embedder


@pytest.fixture(scope="session")
def models_folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the built model."""
    run = tmp_path_factory.getbasetemp()
    folder = (run.parent if hasattr(request.config, "workerinput") else run) / "models"
    load_embedder(folder)
    return folder


@pytest.fixture(scope="session")
def embedder(models_folder: Path) -> Embedder:
    return load_embedder(models_folder)
