// A small mail server for tests: takes mail, keeps it, and misbehaves when the receiver's name asks for it.
//
//   node tests/lib/smtp.mjs [PORT]     prints "listening PORT" (0 or nothing: any free port), then one JSON line for
//                                      every letter it has taken whole: {"to", "from", "id", "data"}
//
// The receiver's name decides, the first so many times that name is seen:
//   busy-N@     451 to RCPT, N times      gone@       550 to RCPT, always
//   cut-N@      hangs up at DATA          lost-N@     takes the letter, hangs up without an answer
//   busydata-N@ 451 after the letter
import net from 'node:net';
import { fileURLToPath } from 'node:url';

export function startSmtp({ port = 0, onLetter = () => {} } = {}) {
  const seen = new Map();
  // True while a name such as busy-2 has still to misbehave.
  const misbehaves = (kind, to) => {
    const found = new RegExp(`^${kind}-(\\d+)@`).exec(to);
    if (!found) return false;
    const times = (seen.get(to) ?? 0) + 1;
    seen.set(to, times);
    return times <= Number(found[1]);
  };
  const server = net.createServer((socket) => {
    let text = '', letter = null, to = '', from = '';
    const say = (line) => socket.write(`${line}\r\n`);
    const take = (data) => {
      letter = null;
      const id = /^message-id:\s*(\S+)/im.exec(data)?.[1] ?? '';
      if (misbehaves('busydata', to)) return say('451 try later');
      onLetter({ to, from, id, data });
      if (misbehaves('lost', to)) return socket.destroy();
      return say('250 taken');
    };
    const command = (line) => {
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') say('250-test\r\n250 8BITMIME');
      else if (verb === 'HELO' || verb === 'RSET' || verb === 'NOOP') say('250 ok');
      else if (verb === 'MAIL') { from = /<([^>]*)>/.exec(line)?.[1] ?? ''; say('250 ok'); }
      else if (verb === 'RCPT') {
        to = /<([^>]*)>/.exec(line)?.[1] ?? '';
        if (misbehaves('busy', to)) say('451 try later');
        else if (to.startsWith('gone@')) say(`550 no such box ${to}`);
        else say('250 ok');
      } else if (verb === 'DATA') {
        if (misbehaves('cut', to)) { socket.destroy(); return; }
        letter = '';
        say('354 go on');
      } else if (verb === 'QUIT') { say('221 bye'); socket.end(); }
      else say('502 what?');
    };
    say('220 test');
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let end; (end = text.indexOf('\r\n')) >= 0 && !socket.destroyed;) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (letter === null) command(line);
        else if (line === '.') take(letter);
        else letter += `${line.startsWith('.') ? line.slice(1) : line}\n`;
      }
    });
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve({ server, port: server.address().port })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { port } = await startSmtp({ port: Number(process.argv[2] ?? 0), onLetter: (l) => console.log(JSON.stringify(l)) });
  console.log(`listening ${port}`);
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0)); // ends with whoever started it
}
