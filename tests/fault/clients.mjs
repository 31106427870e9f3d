// Clients that are slow, torn, silent or too many: everybody else is served all the while.
// databases: sqlite
// timeout: 200
import net from 'node:net';
import {story} from '../lib/story.mjs';
import {setTimeout as wait} from 'node:timers/promises';

const IDLE = 1500;

function connect(server) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(server.port, '127.0.0.1', () => resolve(socket));
    socket.on('error', reject);
  });
}

function keep_quiet(socket) {
  socket.on('error', () => {});
  socket.resume();
  return socket;
}

async function answers_quickly(t, server, times = 10) {
  for (let i = 0; i < times; i++) {
    const begun = Date.now();
    t.status(await server.client().get('/sign-in'), 200);
    t.at_most(Date.now() - begun, 3000, 'ms for a page');
  }
}

// Reads what comes until the other side closes, for at most so long.
function all_of(socket, ms) {
  return new Promise(resolve => {
    let text = '';
    const timer = setTimeout(() => resolve(text), ms);
    socket.on('data', bytes => { text += bytes; });
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(text);
    });
    socket.on('error', () => {});
  });
}

story('silent connections by the thousand keep nobody out', async t => {
  const server = await t.tongxin();
  const sockets = [];
  t.after(() => sockets.forEach(s => s.destroy()));
  for (let i = 0; i < IDLE; i++) sockets.push(keep_quiet(await connect(server)));
  await answers_quickly(t, server);
  t.step('half of them say half a request');
  sockets.slice(0, IDLE / 2).forEach(s => s.write('GET / HTTP/1.1\r\nHost: '));
  await answers_quickly(t, server);
});

story('a request of one byte at a time is answered like any other', async t => {
  const server = await t.tongxin();
  const socket = await connect(server);
  const reply = all_of(socket, 20000);
  for (const byte of 'GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n') {
    socket.write(byte);
    await wait(5);
  }
  t.has(await reply, /^HTTP\/1\.1 200 /);
});

story('requests torn at every place leave nothing behind', async t => {
  const server = await t.tongxin();
  const body = JSON.stringify({procedure: 'incident', action: 'report', said: {description: '半截请求演练', place: '1'}});
  const whole = `POST /api/v1/matters HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const bytes = Buffer.from(whole);
  for (let cut = 1; cut < bytes.length; cut += 7) {
    const socket = keep_quiet(await connect(server));
    await new Promise(resolve => socket.write(bytes.subarray(0, cut), resolve));
    cut % 2 ? socket.destroy() : socket.resetAndDestroy();
  }
  await answers_quickly(t, server, 3);
  t.same(await server.sql("SELECT count(*) FROM matter WHERE summary LIKE '半截请求演练%'"), [['0']]);
});

story('somebody who reads slowly holds up nobody, and a body that trickles is cut in the end', async t => {
  const server = await t.tongxin();
  const slow = [];
  t.after(() => slow.forEach(s => s.destroy()));
  for (let i = 0; i < 50; i++) {
    const socket = await connect(server);
    socket.on('error', () => {});
    socket.pause();
    for (let k = 0; k < 20; k++) socket.write('GET /sign-in HTTP/1.1\r\nHost: a\r\n\r\n');
    slow.push(socket);
  }
  for (let i = 0; i < 50; i++) {
    const socket = keep_quiet(await connect(server));
    socket.write('POST /api/v1/matters HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{');
    const drip = setInterval(() => socket.write(' '), 200);
    t.after(() => clearInterval(drip));
    slow.push(socket);
  }
  for (let i = 0; i < 5; i++) {
    await answers_quickly(t, server, 2);
    await wait(300);
  }
});
