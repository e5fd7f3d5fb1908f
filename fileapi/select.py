"""Rows of one table, by a SELECT of which only the condition is written anew.

The ORM writes all of it for each request, which takes longer than all else of a small answer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from msgspec import Struct

Row = tuple[Any, ...]


class Select(Struct, frozen=True):
    """``head`` is SQL up to the condition, ``tail`` is from there, but for a limit.

    ``query`` is the ORM's, without a condition. ``columns`` are what it selects, ``converts`` says
    that a value of theirs is not as the driver returns it.
    """

    query: Any
    columns: list[Any]
    converts: bool
    head: str
    tail: str

    def rows(self, alias: str, where: Any, limits: tuple[int, int | None] = (0, None)) -> list[Row]:
        """Return the rows of a database for which ``where`` holds: a lookup, or a query's tree."""
        connection = connections[alias]
        compiler = self.query.get_compiler(connection=connection)
        sql = self.head
        try:
            condition, params = compiler.compile(where)
            sql += f" WHERE {condition}"
        except EmptyResultSet:
            return []
        except FullResultSet:
            params = ()
        sql += self.tail
        if limits != (0, None):
            sql += f" {connection.ops.limit_offset_sql(*limits)}"
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            rows: list[Row] = cursor.fetchall()
        if self.converts:  # by functions of this connection
            converters = compiler.get_converters(self.columns)
            rows = [tuple(row) for row in compiler.apply_converters(rows, converters)]
        return rows


@lru_cache(maxsize=1024)
def select(
    model: Any,
    table: str,
    names: tuple[str, ...],
    alias: str,
    order_by: tuple[str, ...] = (),
    standard_ordering: bool = True,
    default_ordering: bool = False,
) -> Select | None:
    """Return the SELECT of columns of a model's table, which some sites change as they run.

    None where it takes more tables, or has parameters itself.
    """
    query: Any = QuerySet(model).values_list(*names).query
    query.order_by = order_by
    query.standard_ordering = standard_ordering
    query.default_ordering = default_ordering
    ordered = query.get_compiler(alias)
    full, params = ordered.as_sql()
    query = query.chain()
    query.clear_ordering(force=True)
    bare = query.get_compiler(alias)
    head, _ = bare.as_sql()
    if (
        params
        or list(ordered.query.alias_map) != [table]
        or not full.startswith(head)
        or type(ordered).as_sql is not SQLCompiler.as_sql  # SQL of another shape
    ):
        return None
    columns = [each[0] for each in bare.select]
    converts = bool(bare.get_converters(columns))
    return Select(query, columns, converts, head, full.removeprefix(head))
