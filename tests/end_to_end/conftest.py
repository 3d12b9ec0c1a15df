"""What tests of sweeps are given."""

import pytest
from swept import SYSTEM, Warm


@pytest.fixture(scope="session")
def warm(tmp_path_factory):
    """Commands that begin at once."""
    process = Warm(tmp_path_factory.mktemp("warm"))
    yield process
    process.close()


@pytest.fixture
def tiny(tmp_path):
    """A folder with the tiny care system."""
    (tmp_path / "tiny.yaml").write_text(SYSTEM)
    return tmp_path
