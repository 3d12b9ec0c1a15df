"""Compiled code gives the same bits on every processor, and is never older than its source.

The one place that configures numba. Plain IEEE arithmetic only: no fast-math and no fused
multiply-add, so the same function gives the same result compiled for any processor, or not
compiled at all (`NUMBA_DISABLE_JIT=1`).

Compiled functions are kept on disk. numba itself notices only an edit of the file that holds the
function; a function or constant *imported* by it could change unseen. So the name of the cache's
directory holds a hash of every module that holds compiled code and of all that these import from
the package: after any such edit the cache starts empty.
"""

import ast
import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import llvmlite.binding as llvm
import numba
from numba import types

PACKAGE = Path(__file__).resolve().parents[1]
OPTIONS = {"fastmath": False, "error_model": "numpy", "nogil": True}


def jit(signature: str | Callable) -> Callable:
    """Compile a function: `@jit("float64(float64)")`, or bare `@jit` to take types as they come.

    With a signature the function has one compiled form, and an int given for a float does not
    compile a second. Prefer it: two processes that compile one function at the same time then
    write the same file, whichever comes last. The name `jit` must be used as a decorator line,
    since that line is how the cache finds modules that hold compiled code.
    """
    if callable(signature):
        return _compile(signature)
    return lambda function: _compile(function, signature)


def jit_inner(function: Callable) -> Callable:
    """Compile a function that only compiled code calls: it has no way in from Python, and one form for
    all constants. numba would else compile it anew for each constant that it is called with."""
    inner = _compile(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)
    if not numba.config.DISABLE_JIT:
        call_template = inner.get_call_template
        inner.get_call_template = lambda args, kws: call_template(
            tuple(map(types.unliteral, args)), {name: types.unliteral(kind) for name, kind in kws.items()}
        )
    return inner


def _compile(function: Callable, *signature: str, **more: bool) -> Callable:
    # Code outside the package is not covered by the hash, so it is compiled afresh.
    ours = Path(function.__code__.co_filename).resolve().is_relative_to(PACKAGE)
    cached = CACHE is not None and ours
    before = numba.config.CACHE_DIR
    try:
        if cached:
            numba.config.CACHE_DIR = str(CACHE)  # read when the decorator runs; put back for others
        return numba.njit(*signature, cache=cached, **OPTIONS, **more)(function)
    finally:
        numba.config.CACHE_DIR = before


def compiled_sources(package: Path) -> list[Path]:
    """Modules of `package` that hold compiled code, and those they import from it, sorted.

    >>> [path.name for path in compiled_sources(PACKAGE) if path.name == "philox.py"]
    ['philox.py']
    """
    decorated = re.compile(r"^\s*@jit\b", re.MULTILINE)
    waiting = [
        path for path in package.rglob("*.py") if decorated.search(path.read_text(encoding="utf-8"))
    ]
    found = {package / "draws" / "jit.py"}
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imports(path, package)
    return sorted(found)


def _imports(path: Path, package: Path) -> list[Path]:
    """The files of `package` that the module at `path` imports, wherever in it."""
    names = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = ""
            if node.level:
                folder = path.parents[node.level - 1].relative_to(package.parent)
                start = ".".join(folder.parts) + "."
            base = (start + (node.module or "")).rstrip(".")
            names += [base] + [f"{base}.{alias.name}" for alias in node.names]
    inside = [package.parent.joinpath(*name.split(".")) for name in names]
    files = [p for stem in inside for p in (stem.with_suffix(".py"), stem / "__init__.py")]
    return [file for file in files if file.is_relative_to(package) and file.is_file()]


def cache_name(package: Path) -> str:
    """A name that changes with the sources, numba, its settings and the kind of processor."""
    digest = hashlib.blake2s(digest_size=12)
    for path in compiled_sources(package):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    # Settings such as NUMBA_BOUNDSCHECK change the code; so may the processor, and a home directory
    # can be shared by several kinds of them.
    settings = sorted(item for item in os.environ.items() if item[0].startswith("NUMBA_"))
    processor = (llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    digest.update(repr((numba.__version__, settings, processor)).encode())
    return digest.hexdigest()


def cache_directory(name: str) -> Path | None:
    """The first place that can be written: the user's cache, the user's temporary files, none."""
    user = f"-{os.getuid()}" if hasattr(os, "getuid") else ""
    bases: list[Callable[[], Path]] = [
        lambda: Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pathsim",
        lambda: Path(tempfile.gettempdir()) / f"pathsim{user}",
    ]
    if numba.config.CACHE_DIR:
        bases.insert(0, lambda: Path(numba.config.CACHE_DIR) / "pathsim")
    for base in bases:
        try:
            place = base()
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            if user and place.stat().st_uid != os.getuid():
                continue  # cached code is run: never take it from a stranger's directory
            (place / name).mkdir(exist_ok=True)
            with tempfile.TemporaryFile(dir=place / name):
                return place / name
        except (OSError, RuntimeError):  # read-only, full, or no home at all
            continue
    return None


CACHE = None if numba.config.DISABLE_JIT else cache_directory(cache_name(PACKAGE))
