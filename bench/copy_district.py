"""A district copied out of a SQLite database into PostgreSQL, table by table, for measuring the same pages on both. Words of
search are not copied: they are the one table whose form differs."""
import sqlite3
import subprocess

PIECE = 1 << 20  # characters handed over at a time


def text_of(value):
    if value is None:
        return '\\N'
    if isinstance(value, bytes):
        return '\\\\x' + value.hex()
    if isinstance(value, str):
        return value.replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n').replace('\r', '\\r')
    return repr(value)


def copy_table(db, psql, url, table):
    columns = ', '.join(f'"{row[1]}"' for row in db.execute(f'PRAGMA table_info({table})'))
    words = [psql, '-q', '-v', 'ON_ERROR_STOP=1', url, '-c', f'DELETE FROM {table}', '-c', f'COPY {table} ({columns}) FROM STDIN']
    with subprocess.Popen(words, stdin=subprocess.PIPE, text=True, encoding='utf-8') as to:
        lines, size = [], 0
        for row in db.execute(f'SELECT {columns} FROM {table}'):
            line = '\t'.join(map(text_of, row)) + '\n'
            lines.append(line)
            size += len(line)
            if size > PIECE:
                to.stdin.write(''.join(lines))
                lines, size = [], 0
        to.stdin.write(''.join(lines))
    if to.returncode:
        raise SystemExit(f'bench: copying {table} failed')


def copy_district(path, psql, url, but=()):
    """Everything in the database at `path` into the migrated, empty one at `url`."""
    db = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                                           "AND name NOT LIKE 'matter_words%' AND name <> 'schema_version'")]
    first = ('district', 'person', 'organisation', 'place', 'account', 'household')  # what others refer to
    for table in sorted(tables, key=lambda t: (first.index(t) if t in first else len(first), t)):
        if table not in but:
            copy_table(db, psql, url, table)
    subprocess.run([psql, '-q', url, '-c', 'ANALYZE'], check=True)
    db.close()
