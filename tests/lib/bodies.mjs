// Bodies for tests: accounts for invented people, and a roll read from a table.
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';

const PASSWORD = 'shi-li-mi-ma-2026';

// Accounts with these logins, all with one password. names[login] is what they are called.
export async function accounts(server, names) {
  for (const [login, name] of Object.entries(names)) {
    await server.run(['user', 'add', login, '--name', name, '--password-stdin'], {input: `${PASSWORD}\n`});
  }
}

// A client signed in as one of them.
export async function sign_in(server, login) {
  const client = server.client();
  const page = await client.get('/sign-in');
  const reply = await page.form({has: 'password'}).submit(client, {account: login, password: PASSWORD});
  if (reply.status !== 200) throw new Error(`${login} cannot sign in: ${reply.status} ${reply.words().slice(0, 300)}`);
  return client;
}

// Reads rows ({seat, login} or {seat, name, phone}; area, door, from, until where there are) into the body of a kind at a
// place code.
export async function body(server, {place, kind, name, rows}, options = {}) {
  const columns = ['place', 'kind', 'body', 'seat', 'login', 'name', 'phone', 'door', 'area', 'from', 'until'];
  const lines = rows.map(row => columns.map(c => ({place, kind, body: name, from: '2026-01-01', ...row})[c] ?? '').join(','));
  const file = join(server.data, `${kind}.csv`);
  writeFileSync(file, `${columns.join(',')}\n${lines.join('\n')}\n`);
  return server.run(['body', 'import', file], options);
}

// The code of the community the demo's community officer `community` serves in, and its id.
export async function community(server) {
  const rows = await server.sql(`SELECT p.code, p.id, p.name FROM account a
    JOIN post o ON o.district = a.district AND o.person = a.person
    JOIN place p ON p.district = o.district AND p.id = o.place WHERE a.login = 'community'`);
  return {code: rows[0][0], id: Number(rows[0][1]), name: rows[0][2]};
}
