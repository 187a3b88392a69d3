"""Rows in SQLite, in memory."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from typing import Any

Row = dict[str, Any]
Clause = tuple[str, Sequence[Any]]
"""A piece of a WHERE with its values."""

# Text compares without regard to case, as in the MySQL collation that KFP uses.
_TABLES = {
    "experiments": """
        id TEXT PRIMARY KEY, name TEXT, description TEXT DEFAULT '', namespace TEXT DEFAULT '',
        storage_state TEXT DEFAULT 'AVAILABLE', created_at INTEGER,
        last_run_created_at INTEGER DEFAULT 0, UNIQUE (namespace, name)""",
    "runs": """
        id TEXT PRIMARY KEY, name TEXT, k8s_name TEXT DEFAULT '', description TEXT DEFAULT '',
        namespace TEXT DEFAULT '', experiment_id TEXT, storage_state TEXT DEFAULT 'AVAILABLE',
        service_account TEXT DEFAULT '', created_at INTEGER, scheduled_at INTEGER DEFAULT 0,
        finished_at INTEGER DEFAULT 0, state TEXT DEFAULT 'PENDING', status TEXT DEFAULT '',
        settled INTEGER DEFAULT 0, pipeline_id TEXT DEFAULT '',
        pipeline_version_id TEXT DEFAULT '', spec TEXT DEFAULT '', parameters TEXT DEFAULT '{}',
        pipeline_root TEXT DEFAULT '', recurring_run_id TEXT DEFAULT '', script TEXT DEFAULT '',
        history TEXT DEFAULT '', metrics TEXT DEFAULT '{}'""",
    "jobs": """
        id TEXT PRIMARY KEY, name TEXT, k8s_name TEXT DEFAULT '', description TEXT DEFAULT '',
        namespace TEXT DEFAULT '', experiment_id TEXT, service_account TEXT DEFAULT '',
        enabled INTEGER DEFAULT 1, created_at INTEGER, updated_at INTEGER,
        max_concurrency INTEGER DEFAULT 1, no_catchup INTEGER DEFAULT 0, trigger TEXT DEFAULT '{}',
        pipeline_id TEXT DEFAULT '', pipeline_version_id TEXT DEFAULT '', spec TEXT DEFAULT '',
        parameters TEXT DEFAULT '{}', pipeline_root TEXT DEFAULT '', fired_at INTEGER DEFAULT 0""",
    "pipelines": """
        id TEXT PRIMARY KEY, name TEXT, display_name TEXT, description TEXT DEFAULT '',
        namespace TEXT DEFAULT '', created_at INTEGER, tags TEXT DEFAULT '{}',
        default_version_id TEXT DEFAULT '', UNIQUE (namespace, name)""",
    "versions": """
        id TEXT PRIMARY KEY, pipeline_id TEXT, name TEXT, display_name TEXT,
        description TEXT DEFAULT '', created_at INTEGER, code_source_url TEXT DEFAULT '',
        package_url TEXT DEFAULT '', spec TEXT DEFAULT '', status TEXT DEFAULT 'READY',
        tags TEXT DEFAULT '{}', UNIQUE (pipeline_id, name)""",
}

_INDEXES = (
    "CREATE INDEX experiments_created ON experiments (namespace, created_at, id)",
    "CREATE INDEX runs_created ON runs (namespace, created_at, id)",
    "CREATE INDEX runs_experiment ON runs (experiment_id, created_at, id)",
    "CREATE INDEX runs_unsettled ON runs (settled) WHERE settled = 0",
    "CREATE INDEX versions_pipeline ON versions (pipeline_id, created_at, id)",
)


class Store:
    """The tables. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            ":memory:", check_same_thread=False, isolation_level=None
        )
        self._connection.row_factory = sqlite3.Row
        for table, columns in _TABLES.items():
            columns = columns.replace(" TEXT", " TEXT COLLATE NOCASE")
            self._connection.execute(f"CREATE TABLE {table} ({columns})")
        for statement in _INDEXES:
            self._connection.execute(statement)

    @property
    def changes(self) -> int:
        """How often a row has changed."""
        return self._connection.total_changes

    def insert(self, table: str, row: Row) -> None:
        """Add a row. Raises sqlite3.IntegrityError when it is there already."""
        self.insert_many(table, [row])

    def insert_many(self, table: str, rows: Iterable[Row]) -> None:
        """Add rows with the same columns, all or none."""
        rows = list(rows)
        if not rows:
            return
        names = list(rows[0])
        marks = ", ".join("?" * len(names))
        statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                self._connection.executemany(statement, [list(row.values()) for row in rows])
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def get(self, table: str, identifier: str) -> Row | None:
        """The row with this id."""
        rows = self.select(table, [("id = ?", [identifier])])
        return rows[0] if rows else None

    def select(
        self,
        table: str,
        where: Sequence[Clause] = (),
        *,
        columns: str = "*",
        order: str = "",
        limit: int | None = None,
    ) -> list[Row]:
        """The rows that fulfil every clause."""
        condition, values = _where(where)
        statement = f"SELECT {columns} FROM {table}{condition}"
        if order:
            statement += f" ORDER BY {order}"
        if limit is not None:
            statement += f" LIMIT {int(limit)}"
        with self._lock:
            return [dict(row) for row in self._connection.execute(statement, values)]

    def count(self, table: str, where: Sequence[Clause] = ()) -> int:
        """How many rows fulfil every clause."""
        return int(self.select(table, where, columns="count(*) AS n")[0]["n"])

    def update(self, table: str, identifier: str, **values: Any) -> None:
        """Change columns of one row."""
        self.update_where(table, [("id = ?", [identifier])], **values)

    def update_where(self, table: str, where: Sequence[Clause], **values: Any) -> None:
        """Change columns of every row that fulfils every clause."""
        condition, parameters = _where(where)
        assignments = ", ".join(f"{name} = ?" for name in values)
        with self._lock:
            self._connection.execute(
                f"UPDATE {table} SET {assignments}{condition}", [*values.values(), *parameters]
            )

    def delete_where(self, table: str, where: Sequence[Clause]) -> None:
        """Remove every row that fulfils every clause."""
        condition, parameters = _where(where)
        with self._lock:
            self._connection.execute(f"DELETE FROM {table}{condition}", parameters)


def _where(clauses: Sequence[Clause]) -> tuple[str, list[Any]]:
    if not clauses:
        return "", []
    condition = " AND ".join(f"({text})" for text, _ in clauses)
    return f" WHERE {condition}", [value for _, values in clauses for value in values]
