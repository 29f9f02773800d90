"""Writes many rows at once. The ORM takes ten times as long, and there are 20 million for 300,000 people."""

from collections.abc import Sequence
from functools import cache

from django.db import connection

from directory.population.batch import BEYOND_ID, Row, Table


def write(table: Table, rows: Sequence[Row]) -> None:
    """Insert rows; where the table keeps its rows, those that are there are brought up to date."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(_insert_sql(table, f"VALUES ({', '.join(['%s'] * len(table.columns))})"), rows)
            return
        columns = ", ".join(table.columns)
        target = f"{table.name}_made_up" if table.kept else table.name
        if table.kept:  # COPY cannot update: it fills a table of this transaction, and that one is merged
            columns_of = f"SELECT {columns} FROM {table.name}"  # noqa: S608
            cursor.execute(f"CREATE TEMPORARY TABLE {target} AS {columns_of} WHERE false")
        with cursor.copy(f"COPY {target} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        if table.kept:
            cursor.execute(_insert_sql(table, f"SELECT {columns} FROM {target}"))  # noqa: S608
            cursor.execute(f"DROP TABLE {target}")


@cache
def _insert_sql(table: Table, source: str) -> str:
    sql = f"INSERT INTO {table.name} ({', '.join(table.columns)}) {source}"
    if not table.kept:
        return sql
    changes = ", ".join(f"{name} = excluded.{name}" for name in table.columns[1:])
    return f"{sql} ON CONFLICT (id) DO UPDATE SET {changes}"


def reserve(tables: Sequence[Table]) -> None:
    """Keep the ids of made-up people from everybody else.

    SQLite gives a new row the highest id of the table + 1, which would lie among ours: somebody who
    signed up would be taken for made up, and be gone with the next seed. So it is told that the ids up to
    the end of our block are taken. PostgreSQL counts by itself.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                "UPDATE sqlite_sequence SET seq = max(seq, %s) WHERE name = %s", [BEYOND_ID, table.name]
            )
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT %s, %s"
                " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = %s)",
                [table.name, BEYOND_ID, table.name],
            )


def clear(table: Table, first: int, beyond: int) -> None:
    """Delete the rows of people first <= n < beyond."""
    with connection.cursor() as cursor:
        column = table.columns[0]
        sql = f"DELETE FROM {table.name} WHERE {column} >= %s AND {column} < %s"  # noqa: S608
        cursor.execute(sql, table.ids(first, beyond))


def ids(table: Table, first: int, beyond: int) -> set[int]:
    """The ids that people first <= n < beyond have there."""
    low, high = table.ids(first, beyond)
    rows = table.model._default_manager.filter(pk__gte=low, pk__lt=high)
    return set(rows.values_list("pk", flat=True))
