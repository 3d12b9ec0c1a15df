"""The language of care systems: typed words, validated, with errors that name the file, the key and the mend."""

from .load import plain, read_text, read_yaml
from .patches import merge
from .system import System, care_models, combined, read_all, read_system

__all__ = ["System", "care_models", "combined", "merge", "plain", "read_all", "read_system", "read_text", "read_yaml"]
