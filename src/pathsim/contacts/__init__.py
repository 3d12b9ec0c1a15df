"""The record of a run, and everything counted from it: pure functions of contacts and citizens."""

from pathsim.contacts.files import load, save
from pathsim.contacts.indicators import indicators
from pathsim.contacts.record import Run
from pathsim.contacts.registry import REGISTRY, Indicator
from pathsim.contacts.standard import discharged
from pathsim.contacts.window import Window

__all__ = ["REGISTRY", "Indicator", "Run", "Window", "discharged", "indicators", "load", "save"]
