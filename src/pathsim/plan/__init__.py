"""The plan: a care system laid out as numbers and tables, the same for both engines."""

from .layout import lay_out
from .model import Plan

__all__ = ["Plan", "lay_out"]
