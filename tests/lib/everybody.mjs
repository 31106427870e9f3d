// Sign-ins for every role of the program, and keys for programs, for tests that try all of them.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {ROOT} from './server.mjs';

// Every role of the program. Those the demonstration has no sign-in for get one, the way an administrator
// gives it.
export async function sign_ins(server, roles) {
  const list = readFileSync(join(ROOT, 'src/people/role.h'), 'utf8');
  const accounts = new Map(roles.map(r => [r.role, r]));
  const code = async kind => (await server.sql(`SELECT code FROM place WHERE kind = '${kind}' ORDER BY code LIMIT 1`))[0][0];
  const at = {STREET: ['--place', '620302004000'], COMMUNITY: ['--place', await code('community')], ORG: ['--org', 'police'],
    DISTRICT: []};
  for (const [, role, level] of list.matchAll(/X\([A-Z_]+, "([a-z-]+)", ROLE_AT_([A-Z]+)/g)) {
    if (accounts.has(role)) continue;
    const account = `walk.${role}`;
    const password = 'Walk-every-Door-365';
    await server.run(['user', 'add', account, '--name', '走查示例', '--password-stdin'], {input: `${password}\n`});
    await server.run(['user', 'post', 'add', account, '--role', role, ...at[level]]);
    accounts.set(role, {role, account, password});
  }
  return accounts;
}

// A key of the API for a program called `name`.
export const key_for = async (server, name) => JSON.parse((await server.run(['key', 'add', name, '--json'])).out).key;
