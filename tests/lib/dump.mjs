// Everything a database holds, as text, for whoever looks for what must not be there.
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

const list_of = {
  sqlite: `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'matter_words%'`,
  postgresql: `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'matter_words'`,
};

const texts = (value, out) => {
  if (typeof value === 'string') out.push(value);
};

// All rows of all tables but `without`, one line a row. Bytes are read as text where they are text.
export async function dump_of(server, {without = ['rulebook']} = {}) {
  const tables = (await server.sql(list_of[server.database_url ? 'postgresql' : 'sqlite'])).map(r => r[0]);
  const out = [];
  for (const table of tables.filter(name => !without.includes(name))) {
    const rows = await server.sql(`SELECT * FROM "${table}"`);
    for (const row of rows) {
      out.push(`${table}: `);
      for (const value of row) texts(readable(String(value)), out);
      out.push('\n');
    }
  }
  return out.join(' ');
}

// python's b'\xe5...' and psql's \xe5... as the characters they are.
function readable(value) {
  const hex = /^\\x([0-9a-f]*)$/.exec(value);
  if (hex) return Buffer.from(hex[1], 'hex').toString('utf8');
  if (!/^b['"]/.test(value)) return value;
  const bytes = value.slice(2, -1).replace(/\\x([0-9a-f]{2})/g, (_, h) => String.fromCharCode(parseInt(h, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

// Files of the data directory, byte for byte (the database of SQLite, its log, photos, keys), as one buffer each.
export function files_of(server) {
  const walk = folder => readdirSync(folder, {withFileTypes: true}).flatMap(e =>
    e.isDirectory() ? walk(join(folder, e.name)) : e.isFile() ? [join(folder, e.name)] : []);
  return walk(server.data).map(path => ({path, bytes: readFileSync(path)}));
}
