"""What system tests are given."""

import pytest

from pathsim.cli import main


@pytest.fixture
def pathsim(capfd):
    """Runs a command: its exit code and what it said, at once as a user sees it."""
    def run(*words):
        capfd.readouterr()
        code = main([str(word) for word in words])
        said = capfd.readouterr()
        return code, said.out + said.err

    return run
