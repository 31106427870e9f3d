"""A district of many matters out of the demonstration: its ended cases, each with its whole history (tracks, steps, what
was said, clocks), are copied with new numbers and earlier dates until there are enough; the open ones are left as they
are. The rows are the engine's own, so a list or a page finds what it would find in a district that has worked for years.
Counters are counted anew, and a sample of the copies is held against the originals, column by column. Left out: journal,
messages and words of search, which the pages measured do not read; so `tongxin verify` does not apply.
"""
import sqlite3

# Columns that hold a number of the table named, and columns that hold a time.
NUMBERS = {
    'matter': {'id': 'matter', 'main': 'track', 'last_step': 'step', 'origin': 'matter'},
    'track': {'id': 'track', 'matter': 'matter'},
    'step': {'id': 'step', 'matter': 'matter', 'track': 'track'},
    'said': {'matter': 'matter', 'step': 'step', 'track': 'track'},
    'clock': {'id': 'clock', 'matter': 'matter', 'track': 'track'},
    'matter_org': {'matter': 'matter'},
}
TIMES = {'matter': ['opened', 'updated', 'closed', 'due', 'warn_at', 'shown_due'], 'track': ['entered', 'opened', 'closed'],
         'step': ['at'], 'said': [], 'clock': ['started', 'ended', 'due', 'warn_at', 'mark_at'],
         'matter_org': ['opened']}
# A copy lies some squares of a thousandth of a degree further on (matter/act.c, cell_of): nobody reports a thousand times
# from one spot.
EAST, NORTH = '(k.n * 7919 % 301 - 150)', '(k.n * 104729 % 303 - 151)'
MOVED = {'lon': f'r.lon + 0.001 * {EAST}', 'lat': f'r.lat + 0.001 * {NORTH}',
         'cell': f'CASE r.cell WHEN 0 THEN 0 ELSE r.cell + {EAST} + {NORTH} * 1000000 END'}
YEARS_MS = 3 * 365 * 86400000


def value(table, column):
    if table == 'matter' and column == 'code':
        return "substr(r.code, 1, 6) || '-C-' || printf('%08d', r.id + k.n * :matter)"
    if table == 'matter' and column in MOVED:
        return MOVED[column]
    if column in NUMBERS[table]:
        return f'r.{column} + k.n * :{NUMBERS[table][column]}'
    if column in TIMES[table]:
        return f'r.{column} - (:copies - k.n) * :shift'
    return f'r.{column}'


def secondary_indexes(db, table):
    return db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
                      (table,)).fetchall()


def count_anew(db):
    """Days of what everybody may know are counted here, the other counters by the server when it starts."""
    day = '(opened + 28800000) / 86400000'
    db.execute('BEGIN')
    db.execute('DELETE FROM public_day')
    db.execute(f'INSERT INTO public_day SELECT district, {day}, count(*), sum(outcome = 1), sum(outcome = 0), '
               f'sum(outcome = 1 AND late = 0) FROM matter WHERE public = 1 AND sealed = 0 GROUP BY district, {day}')
    db.execute('INSERT OR REPLACE INTO recount (district, after) SELECT district, max(id) FROM matter GROUP BY district')
    db.execute('COMMIT')


SAMPLE = 50  # copies looked at, column by column


def check(db, source, given):
    """A sample of the copies against the engine's own rows: every column is that of the matter copied, numbers are moved by
    as many as there were and times by the same span. What came out otherwise ends the run."""
    every = max(1, given['copies'] // SAMPLE)
    looked = 0
    for table in NUMBERS:
        columns = [row[1] for row in db.execute(f'PRAGMA table_info({table})')]
        of = 'id' if table == 'matter' else 'matter'
        db.execute(f'CREATE TEMP TABLE source AS SELECT * FROM {table} WHERE {of} IN ({source})')
        for n in range(1, given['copies'] + 1, every):
            low, high = db.execute(f'SELECT min({of}) + :n * :matter, max({of}) + :n * :matter FROM source',
                                   dict(given, n=n)).fetchone()
            meant = db.execute(f"SELECT {', '.join(value(table, c) for c in columns)} FROM source r, (SELECT :n AS n) k",
                               dict(given, n=n)).fetchall()
            made = db.execute(f"SELECT {', '.join(columns)} FROM main.{table} WHERE district = 1 AND {of} BETWEEN ? AND ?",
                              (low, high)).fetchall()
            if sorted(map(repr, meant)) != sorted(map(repr, made)):
                raise SystemExit(f'bench: copy {n} in {table} is not what was copied')
            looked += len(made)
        db.execute('DROP TABLE temp.source')
    return looked


def grow(path, count):
    """Fills the SQLite database of a demonstration up to `count` matters."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute('PRAGMA synchronous = OFF')
    db.execute('PRAGMA cache_size = -400000')
    have = db.execute('SELECT count(*) FROM matter').fetchone()[0]
    first = db.execute('SELECT max(id) FROM matter').fetchone()[0]
    source = f"SELECT id FROM matter WHERE id <= {first} AND outcome <> 0 AND procedure = 'incident' AND due IS NULL"
    copies = (count - have) // len(db.execute(source).fetchall()) + 1
    numbers = {name: db.execute(f'SELECT max(id) FROM {name}').fetchone()[0] for name in ('matter', 'track', 'step', 'clock')}
    given = dict(numbers, copies=copies, shift=YEARS_MS // copies)
    db.execute('CREATE TEMP TABLE k (n INTEGER PRIMARY KEY)')
    db.executemany('INSERT INTO k VALUES (?)', ((i + 1,) for i in range(copies)))
    for table, keys in NUMBERS.items():
        indexes = secondary_indexes(db, table)
        columns = [row[1] for row in db.execute(f'PRAGMA table_info({table})')]
        of = 'id' if table == 'matter' else 'matter'
        order = {'said': 'r.matter, r.step', 'matter_org': 'r.matter'}.get(table, 'r.id')
        db.execute('BEGIN')
        db.execute(f'CREATE TEMP TABLE source AS SELECT * FROM {table} WHERE {of} IN ({source})')
        for name, _ in indexes:
            db.execute(f'DROP INDEX {name}')
        db.execute(f"INSERT INTO main.{table} ({', '.join(columns)}) SELECT {', '.join(value(table, c) for c in columns)} "
                   f'FROM k CROSS JOIN source r ORDER BY k.n, {order}', given)
        for _, sql in indexes:
            db.execute(sql)
        db.execute('DROP TABLE temp.source')
        db.execute('COMMIT')
    check(db, source, given)
    count_anew(db)
    for name, most in numbers.items():
        db.execute('UPDATE sequence SET next = ? WHERE name = ?', ((copies + 1) * most + 1, name))
    # `tongxin verify` says that this is no district whose journal could be held against its tables.
    db.execute("INSERT INTO setting (district, name, value) SELECT district, 'bench.copies', ? FROM matter LIMIT 1",
               (str(copies),))
    db.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    made = db.execute('SELECT count(*) FROM matter').fetchone()[0]
    db.close()
    return made
