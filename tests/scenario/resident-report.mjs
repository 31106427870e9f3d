// Reporting with as little as possible: a picture and a photo, or a voice note; and what is refused as one.
import {story} from '../lib/story.mjs';
import {make_jpeg} from '../lib/jpeg.mjs';

const NOW = '2026-11-23T10:18:00+08:00';
const PHOTO = {name: 'bin.jpg', type: 'image/jpeg', bytes: make_jpeg(320, 240)};
// The first bytes of what a browser's recorder writes.
const VOICE = {name: 'voice', type: 'audio/webm', bytes: Buffer.concat([Buffer.from('1a45dfa3', 'hex'), Buffer.alloc(300, 7)])};

const plate_of = async server =>
  (await server.sql('SELECT plate FROM place WHERE plate IS NOT NULL ORDER BY id LIMIT 1'))[0][0];

async function send(client, plate, values) {
  const page = await client.get(`/p/${plate}`);
  const form = page.form({has: 'description'});
  const category = form.options('category').find(o => o.value && o.value.includes('event')).value;
  let reply = await form.submit(client, {category, ...values}, {button: '提交上报'});
  if (reply.words().includes('是同一件事吗')) {
    reply = await reply.form({has: 'description'}).submit(client, {}, {button: '都不是'});
  }
  return reply;
}

story('a kind and a photo are a report: the kind says what it is', async t => {
  const server = await t.tongxin({now: NOW});
  const reply = await send(server.client(), await plate_of(server), {photos: PHOTO});
  t.status(reply, 200);
  t.has(reply.words(), '收到了，谢谢您');
  const [[summary, category]] = await server.sql('SELECT summary, category FROM matter ORDER BY id DESC LIMIT 1');
  t.ok(summary.length >= 2 && category.includes('event'), summary);
  t.step('nothing at all is still no report');
  const empty = await send(server.client(), await plate_of(server), {});
  t.status(empty, 422);
  t.has(empty.words(), '请填写');
});

story('a voice note is kept over a mistake, heard by its reporter and those who handle it, and not in public', async t => {
  const server = await t.tongxin({now: NOW});
  const client = server.client();
  let reply = await send(client, await plate_of(server), {voice: VOICE, phone: '123'});
  t.status(reply, 422, 'the telephone is wrong');
  t.has(reply.words(), '保留录音');
  reply = await reply.form({has: 'description'}).submit(client, {phone: ''}, {button: '提交上报'});
  if (reply.words().includes('是同一件事吗')) {
    reply = await reply.form({has: 'description'}).submit(client, {}, {button: '都不是'});
  }
  t.has(reply.words(), '收到了，谢谢您');
  const sound = reply.all('audio')[0];
  t.ok(sound, 'on the receipt');
  const heard = await client.get(sound.attributes.src);
  t.equal(heard.headers['content-type'], 'audio/webm');
  t.step('those who handle it');
  const [[code]] = await server.sql('SELECT code FROM matter ORDER BY id DESC LIMIT 1');
  const centre = await (await server.signed_in(null, 'district')).get(`/case/${code}`);
  t.status(centre, 200);
  t.ok(centre.all('audio').length, 'on the case page');
  t.step('everybody else');
  const anybody = server.client();
  t.equal((await anybody.get(`/public/case/${code}`)).all('audio').length, 0);
  const file = sound.attributes.src.split('/').pop();
  t.status(await anybody.get(`/r/AAAAAAAAAA/photo/${file}`), 404);
  t.status(await anybody.get(`/report/photo/${file}-00000000000000000000000000000000`), 404);
});

story('what is no sound is refused as a voice note, and another\'s recording cannot be taken along', async t => {
  const server = await t.tongxin({now: NOW});
  const client = server.client(), plate = await plate_of(server);
  const pdf = {name: 'x.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF')};
  const page = {name: 'x.html', type: 'audio/webm', bytes: Buffer.from('<html><script>alert(1)</script>')};
  for (const file of [pdf, page]) {
    const reply = await send(client, plate, {voice: file});
    t.status(reply, 422, file.name);
    t.ok(reply.all('input').some(i => i.attributes.name === 'voice' && i.attributes['aria-invalid'] === 'true'), 'pointed at');
  }
  const forged = '1-00000000000000000000000000000000';
  const reply = await client.post('/report', {plate, near: 'seen', description: '带别人录音的一件', 'kept-voice': forged,
    place: (await server.sql('SELECT id FROM place WHERE level = 4 LIMIT 1'))[0][0]});
  t.status(reply, 200);
  t.has(reply.words(), '收到了');
  const [[n]] = await server.sql("SELECT count(*) FROM said WHERE field = 'voice'");
  t.equal(Number(n), 0);
});

story('notices of the place stand at its plate, on the receipt and on one\'s own page, and nowhere else', async t => {
  const server = await t.tongxin({now: NOW});
  const officer = await server.signed_in(null, 'community');
  const form = (await officer.get('/open/notice/publish')).form({action: '/open/notice/publish'});
  const place = form.options('place').find(o => o.value).value;
  await form.submit(officer, {heading: '水箱清洗停水通知一则', text: '12月1日停水。', where: 'page', place});
  const [[community]] = await server.sql('SELECT community FROM notice ORDER BY id DESC LIMIT 1');
  const [[here]] = await server.sql(`SELECT plate FROM place WHERE plate IS NOT NULL AND community = ${community} LIMIT 1`);
  const [[elsewhere]] = await server.sql(`SELECT plate FROM place WHERE plate IS NOT NULL AND community <> ${community} LIMIT 1`);
  const resident = await server.signed_in(null, 'resident');
  t.has((await resident.get(`/p/${here}`)).words(), '水箱清洗停水通知一则');
  t.has_not((await resident.get(`/p/${elsewhere}`)).words(), '水箱清洗停水通知一则');
  t.has((await send(resident, here, {description: '水管漏水'})).words(), '水箱清洗停水通知一则', 'on the receipt');
  t.has((await resident.get('/me')).words(), '水箱清洗停水通知一则');
  const only = await server.client().get(`/public/notices?community=${community}`);
  t.has(only.words(), '水箱清洗停水通知一则');
});

story('two reports sent without a key are two reports, and nobody is handed the receipt of another', async t => {
  const server = await t.tongxin({now: NOW});
  const [[place]] = await server.sql('SELECT id FROM place WHERE level = 4 LIMIT 1');
  const receipts = [];
  for (let i = 0; i < 2; i++) {
    const reply = await server.client().post('/report', {near: 'seen', description: '一模一样的一件事', place});
    t.status(reply, 200);
    receipts.push(new URL(reply.url).pathname);
  }
  t.not_equal(receipts[0], receipts[1]);
});
