// What somebody does who means ill, over every door that is open to them.
import {story, database} from '../lib/story.mjs';

const FOUND = {demo: false, init: ['--district', '620302']};

story('guessing passwords from one address is slowed down, whatever account is guessed', async t => {
  if (database !== 'sqlite') t.skip('the limit is in memory and has nothing to do with the database');
  const server = await t.tongxin(FOUND);
  const client = server.client();
  const statuses = new Map();
  for (let i = 0; i < 40; i++) {
    const page = await client.get('/sign-in');
    const reply = await page.form({has: 'password'}).submit(client, {account: `nobody${i}`, password: 'Wrong-365-guess'});
    statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
    if (reply.status === 429) {
      t.ok(Number(reply.headers['retry-after']) > 0, 'it says how long to wait');
      break;
    }
  }
  t.ok(statuses.has(429), `forty guesses were let through: ${JSON.stringify([...statuses])}`);
});
