// Every route of the table, tried as every role there is, as a program with a key and as nobody: the server lets in exactly
// those the access matrix names.
import {story} from '../lib/story.mjs';
import {run_tongxin, ROOT} from '../lib/server.mjs';
import {api_of} from '../lib/api.mjs';
import {key_for, sign_ins} from '../lib/everybody.mjs';
import {Client} from '../lib/http.mjs';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

// What is said to those who are not let in, in English.
function words_of(code) {
  const line = readFileSync(join(ROOT, 'words/people.tsv'), 'utf8').split('\n').find(l => l.startsWith(`error.${code}\t`));
  return line.split('\t')[2];
}

// A path with something in each {segment} that is there nowhere.
const example = path => path.replace(/\{[^}]*\}/g, '999999999');

story('every route lets in the roles of the access matrix and nobody else', async t => {
  const server = await t.tongxin();
  const {roles, open} = await api_of(server);
  const matrix = JSON.parse((await run_tongxin(['access', '--json'])).out);
  const [role_words, sign_in_words] = [words_of('access.role'), words_of('access.sign-in')];
  const accounts = await sign_ins(server, roles);
  const key = await key_for(server, '走查示例');
  const token_of = async ({account, password}) => (await open.good('POST', '/api/v1/sign-in', {account, password})).token;
  const call = (client, {method, path}) => client.request(method, example(path), {follow: false,
    headers: {accept: '*/*', 'accept-language': 'en', ...(method === 'GET' ? {} : {'content-type': 'application/json'})}});
  const wrong = [];
  let tried = 0;
  // A receipt is shown in the address, not at the door: its holder comes to the door as anybody.
  t.same(matrix[0].allowed.filter(r => !['anonymous', 'receipt', 'api-key'].includes(r) && !accounts.has(r)), []);
  for (const [role, account] of [['anonymous', null], ['api-key', {key}], ...accounts]) {
    t.step(role);
    let client = null;
    for (const route of matrix) {
      // What ended the session is followed by a new one.
      if (!client || (account && route.method !== 'GET' && (await client.get('/api/v1/me')).status !== 200)) {
        const token = account?.key ?? (account && await token_of(account));
        client = new Client(server.origin, {headers: token ? {authorization: `Bearer ${token}`} : {}});
      }
      const reply = await call(client, route);
      const text = reply.text;
      const to_sign_in = reply.status === 303 && (reply.headers.location ?? '').startsWith('/sign-in?next=');
      const refused = to_sign_in || (reply.status === 401 && (text.includes(sign_in_words) || text.includes('access.sign-in'))) ||
        (reply.status === 403 && (text.includes(role_words) || text.includes('access.role')));
      tried++;
      if (refused === route.allowed.includes(role)) wrong.push(`${role} ${route.method} ${route.path}: ${reply.status}`);
      if (reply.status >= 500) wrong.push(`${role} ${route.method} ${route.path}: ${reply.status}`);
    }
  }
  t.same(wrong, []);
  t.at_least(tried, matrix.length * 23);
}, {timeout: 300});
