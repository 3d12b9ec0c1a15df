"""Tests here share the stand-in simulator, which worker processes must be able to import by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
