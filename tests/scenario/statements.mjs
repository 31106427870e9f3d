// What a page asks of the database does not grow with what it shows: names are looked up once, rows come together.
// timeout: 240
import {story} from '../lib/story.mjs';
import {api_of} from '../lib/api.mjs';

const MOST = 60;        // a page of a case, with its menu and counts
const A_STEP_MORE = 1;  // what each further step of its history may add, on average

const statements = async client => Number((await client.get('/metrics')).text.match(/tongxin_statements_total (\d+)/)[1]);

// Statements of one page; of three tries the least, because the timer works beside.
const cost = async (client, path) => {
  const tries = [];
  for (let i = 0; i < 3; i++) {
    const before = await statements(client), idle = await statements(client) - before;
    const from = await statements(client);
    const page = await client.get(path);
    if (page.status !== 200) throw new Error(`${path}: ${page.status}`);
    tries.push(await statements(client) - from - idle);
  }
  return Math.min(...tries);
};

story('a page of a case asks the database little more for a long history than for a short one', async t => {
  const server = await t.tongxin();
  const {roles} = await api_of(server);
  const client = server.client();
  const {account, password} = roles.find(r => r.account === 'district');
  await (await client.get('/sign-in')).form({action: '/sign-in'}).submit(client, {account, password});
  const steps = await server.sql('SELECT m.code, count(*) FROM matter m JOIN step s ON s.district = m.district '
    + 'AND s.matter = m.id WHERE m.sealed = 0 GROUP BY m.code ORDER BY count(*), m.code');
  t.ok(steps.length > 10, 'the demonstration has cases');
  const short = steps[0], long = steps[steps.length - 1];
  const path = code => `/case/${encodeURIComponent(code)}`;
  await client.get(path(short[0]));
  const few = await cost(client, path(short[0])), many = await cost(client, path(long[0]));
  const more = Number(long[1]) - Number(short[1]);
  t.ok(more >= 5, `one history has ${more} steps more than another`);
  t.ok(few <= MOST, `${few} statements for ${short[1]} steps`);
  t.ok(many <= few + A_STEP_MORE * more + 15, `${many} statements for ${long[1]} steps, ${few} for ${short[1]}`);
});

story('a page of a list asks the database the same for one row and for thirty', async t => {
  const server = await t.tongxin();
  const {roles} = await api_of(server);
  const client = server.client();
  const {account, password} = roles.find(r => r.account === 'district');
  await (await client.get('/sign-in')).form({action: '/sign-in'}).submit(client, {account, password});
  const [[code]] = await server.sql("SELECT category FROM matter WHERE category <> '' "
    + 'GROUP BY category ORDER BY count(*) LIMIT 1');
  await client.get('/cases');
  const all = await cost(client, '/cases'), one = await cost(client, `/cases?category=${encodeURIComponent(code)}`);
  t.ok(all <= one + 5, `${all} statements for all, ${one} for a category`);
});
