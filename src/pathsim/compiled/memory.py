"""One pointer to everything: how the kernel reaches the tables and numbers of a world.

A compiled function that took some eighty arrays would spend its time in passing them on, and numba
would count references at every touch of one. So a world is a block of memory with 8-byte fields:
numbers, and for each table where it lies and how long it is. The arrays belong to Python, which
makes them larger between events. `world.people[i]` is then a row whose fields are read and set as
attributes, with or without compilation; `NUMBA_BOUNDSCHECK=1` checks every index.
"""

from __future__ import annotations

import operator
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.datamodel.registry import register_default
from numba.core.imputils import lower_builtin, lower_getattr_generic, lower_setattr_generic
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_getattr, infer_global, signature
from numba.extending import NativeValue, intrinsic, typeof_impl, unbox


class World:
    """The arrays and numbers of a run, by name. Numbers are read and set as attributes, arrays as well."""

    def __init__(self, tables: dict[str, np.ndarray], numbers: dict[str, int]):
        object.__setattr__(self, "tables", dict(tables))
        object.__setattr__(self, "kind", WorldType(tuple((n, a.dtype) for n, a in tables.items()), tuple(numbers)))
        object.__setattr__(self, "memory", np.zeros(len(numbers) + 2 * len(tables), dtype=np.int64))
        object.__setattr__(self, "place", {name: i for i, name in enumerate((*numbers, *(n for table in tables for n in (table, f"len({table})"))))})
        for name, array in tables.items():
            self.put(name, array)
        for name, number in numbers.items():
            setattr(self, name, number)

    def put(self, name: str, array: np.ndarray) -> None:
        """Sets a table; it stays alive with the world."""
        assert array.flags.c_contiguous and array.dtype == self.tables[name].dtype
        self.tables[name] = array
        at = self.place[name]
        self.memory[at], self.memory[at + 1] = array.ctypes.data, array.size

    @property
    def address(self) -> int:
        return self.memory.ctypes.data

    def __getattr__(self, name: str) -> Any:
        tables = object.__getattribute__(self, "tables")
        return tables[name].reshape(-1) if name in tables else int(self.memory[self.place[name]])

    def __setattr__(self, name: str, value: int) -> None:
        self.memory[self.place[name]] = value


class WorldType(types.Type):
    """A world as the compiler knows it: tables by name with the kind of their rows, and numbers."""

    def __init__(self, tables: tuple, numbers: tuple):
        self.tables, self.numbers = dict(tables), numbers
        super().__init__(name=f"World({', '.join(numbers)}; {', '.join(f'{n}: {_told(kind)}' for n, kind in tables)})")
        self.place = {name: i for i, name in enumerate((*numbers, *(n for table in self.tables for n in (table, f"len({table})"))))}


class TableType(types.Type):
    """Where rows of one kind (a dtype) lie, and how many there are."""

    def __init__(self, row: np.dtype):
        self.row = row
        super().__init__(name=f"Table({_told(row)})")


class RowType(types.Type):
    """One row of a table. Whatever the width of a field, it is read as int64 or float64: so each function has one form."""

    def __init__(self, row: np.dtype):
        self.row = row
        super().__init__(name=f"Row({_told(row)})")


def _told(row: np.dtype) -> str:
    return ", ".join(f"{name} {kind.str} {at}" for name, (kind, at, *_) in row.fields.items()) if row.fields else row.str


def _wide(kind: np.dtype) -> types.Type:
    return types.float64 if kind.kind == "f" else types.int64


@register_default(WorldType)
class _WorldModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, ir.IntType(64).as_pointer())


@register_default(TableType)
class _TableModel(models.StructModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, [("data", types.voidptr), ("length", types.int64)])


@register_default(RowType)
class _RowModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, ir.IntType(8).as_pointer())


@typeof_impl.register(World)
def _type_of_world(world, context):
    return world.kind


@unbox(WorldType)
def _unbox_world(kind, found, c):
    address = c.pyapi.object_getattr_string(found, "address")
    number = c.pyapi.long_as_longlong(address)
    c.pyapi.decref(address)
    return NativeValue(c.builder.inttoptr(number, ir.IntType(64).as_pointer()))


@infer_getattr
class _Attributes(AttributeTemplate):
    key = WorldType

    def generic_resolve(self, kind, name):
        if name in kind.numbers:
            return types.int64
        return TableType(kind.tables[name]) if name in kind.tables else None


def _field(builder, kind, world, name, further=0):
    return builder.gep(world, [ir.Constant(ir.IntType(32), kind.place[name] + further)])


@lower_getattr_generic(WorldType)
def _get(context, builder, kind, world, name):
    found = builder.load(_field(builder, kind, world, name))
    if name in kind.numbers:
        return found
    table = cgutils.create_struct_proxy(TableType(kind.tables[name]))(context, builder)
    table.data = builder.inttoptr(found, ir.IntType(8).as_pointer())
    table.length = builder.load(_field(builder, kind, world, name, 1))
    return table._getvalue()


@lower_setattr_generic(WorldType)
def _set(context, builder, sig, arguments, name):
    kind, given = sig.args
    number = context.cast(builder, arguments[1], given, types.int64)
    builder.store(number, _field(builder, kind, arguments[0], name))


def _element(kind: TableType) -> types.Type:
    return RowType(kind.row) if kind.row.fields else _wide(kind.row)


@infer_global(operator.getitem)
class _GetItem(AbstractTemplate):
    def generic(self, args, kws):
        if isinstance(args[0], TableType) and isinstance(args[1], types.Integer):
            return signature(_element(args[0]), args[0], types.int64)
        return None


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):
    def generic(self, args, kws):
        if isinstance(args[0], TableType) and isinstance(args[1], types.Integer):
            return signature(types.none, args[0], types.int64, _element(args[0]))
        return None


@infer_global(len)
class _Length(AbstractTemplate):
    def generic(self, args, kws):
        return signature(types.int64, args[0]) if isinstance(args[0], TableType) else None


@infer_getattr
class _Fields(AttributeTemplate):
    key = RowType

    def generic_resolve(self, kind, name):
        return _wide(kind.row.fields[name][0]) if name in kind.row.fields else None


def _load(builder, at, kind: np.dtype):
    """The number at an address, as wide as all are."""
    if kind.kind == "f":
        return builder.load(builder.bitcast(at, ir.DoubleType().as_pointer()))
    found = builder.load(builder.bitcast(at, ir.IntType(8 * kind.itemsize).as_pointer()))
    if kind.itemsize == 8:
        return found
    return builder.zext(found, ir.IntType(64)) if kind.kind == "u" else builder.sext(found, ir.IntType(64))


def _store(builder, at, kind: np.dtype, value):
    if kind.kind == "f":
        builder.store(value, builder.bitcast(at, ir.DoubleType().as_pointer()))
    else:
        width = ir.IntType(8 * kind.itemsize)
        builder.store(value if kind.itemsize == 8 else builder.trunc(value, width), builder.bitcast(at, width.as_pointer()))


def _row(context, builder, kind, value, index):
    """The address of a row."""
    table = cgutils.create_struct_proxy(kind)(context, builder, value)
    if numba.config.BOUNDSCHECK:
        outside = builder.or_(builder.icmp_signed("<", index, ir.Constant(index.type, 0)), builder.icmp_signed(">=", index, table.length))
        with builder.if_then(outside, likely=False):
            context.call_conv.return_user_exc(builder, IndexError, ("a row that is not in its table",))
    return _address(context, builder, kind, value, index)


def _address(context, builder, kind, value, index):
    data = cgutils.create_struct_proxy(kind)(context, builder, value).data
    return builder.gep(data, [builder.mul(index, ir.Constant(index.type, kind.row.itemsize))], inbounds=True)


@lower_builtin(operator.getitem, TableType, types.Integer)
def _get_item(context, builder, sig, arguments):
    at = _row(context, builder, sig.args[0], *arguments)
    return at if sig.args[0].row.fields else _load(builder, at, sig.args[0].row)


@lower_builtin(operator.setitem, TableType, types.Integer, types.Any)
def _set_item(context, builder, sig, arguments):
    kind = sig.args[0]
    at = _row(context, builder, kind, arguments[0], arguments[1])
    if kind.row.fields:
        cgutils.raw_memcpy(builder, at, arguments[2], ir.Constant(ir.IntType(64), kind.row.itemsize), ir.Constant(ir.IntType(64), 1))
    else:
        _store(builder, at, kind.row, arguments[2])


@lower_builtin(len, TableType)
def _len(context, builder, sig, arguments):
    return cgutils.create_struct_proxy(sig.args[0])(context, builder, arguments[0]).length


def _field_at(builder, kind, row, name):
    return builder.gep(row, [ir.Constant(ir.IntType(64), kind.row.fields[name][1])], inbounds=True)


@lower_getattr_generic(RowType)
def _get_field(context, builder, kind, row, name):
    return _load(builder, _field_at(builder, kind, row, name), kind.row.fields[name][0])


@lower_setattr_generic(RowType)
def _set_field(context, builder, sig, arguments, name):
    kind, given = sig.args
    field = kind.row.fields[name][0]
    _store(builder, _field_at(builder, kind, arguments[0], name), field, context.cast(builder, arguments[1], given, _wide(field)))


@intrinsic
def _fetch_ahead(typing_context, table, index):
    """Asks the processor for a row that will soon be read; no row needs to be there."""

    def generate(context, builder, sig, arguments):
        at = _address(context, builder, sig.args[0], *arguments)
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [at.type, number, number, number])
        fetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(fetch, [at, ir.Constant(number, 0), ir.Constant(number, 3), ir.Constant(number, 1)])
        return context.get_dummy_value()

    return types.void(table, types.int64), generate


def fetch_ahead(table, index):
    """The same; nothing where nothing is compiled."""


if not numba.config.DISABLE_JIT:
    fetch_ahead = _fetch_ahead
