// Verifies an exported journal with nothing but Node: node verify-journal.mjs journal.jsonl [journal.pub]
// The recipe is in docs/verify.md. Ends with 0 when everything fits, with 65 when something does not.
import {createHash, createPublicKey, verify} from 'node:crypto';
import {createReadStream, readFileSync} from 'node:fs';
import {createInterface} from 'node:readline';

const [file, key_file] = process.argv.slice(2);
if (!file) {
  console.error('node verify-journal.mjs journal.jsonl [journal.pub]');
  process.exit(64);
}
const known_keys = key_file ? readFileSync(key_file, 'utf8').split(/\s+/).filter(Boolean) : null;

function u64(n) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(n));
  return bytes;
}

function entry_hash(e, before) {
  const numbers = Buffer.concat([e.district, e.seq, e.at, e.subject_id].map(u64));
  const pieces = [numbers, ...[e.actor, e.action, e.subject, e.data].map(s => Buffer.from(s, 'utf8')), before];
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(u64(piece.length)).update(piece);
  return hash.digest();
}

function checkpoint_holds(c) {
  const message = Buffer.concat([Buffer.from('tongxin checkpoint 1\0'), u64(c.district), u64(c.checkpoint),
    Buffer.from(c.hash, 'hex')]);
  const x = Buffer.from(c.public_key, 'hex').toString('base64url');
  const key = createPublicKey({key: {kty: 'OKP', crv: 'Ed25519', x}, format: 'jwk'});
  return verify(null, message, key, Buffer.from(c.signature, 'hex'));
}

function broken(seq, why) {
  console.log(`broken at entry ${seq}: ${why}`);
  process.exit(65);
}

let before = Buffer.alloc(32);
let seq = 0;
let checkpoints = 0;
const heads = new Map(); // only those a checkpoint may name need keeping, but we do not know which

for await (const line of createInterface({input: createReadStream(file), crlfDelay: Infinity})) {
  if (!line) continue;
  const e = JSON.parse(line);
  if (e.checkpoint === undefined) {
    if (e.seq !== seq + 1) broken(seq + 1, 'missing');
    seq = e.seq;
    before = entry_hash(e, before);
    if (before.toString('hex') !== e.hash) broken(seq, 'changed');
    heads.set(seq, e.hash);
  } else {
    checkpoints++;
    if (e.checkpoint > seq) broken(seq + 1, 'cut off: a signed checkpoint lies beyond the end');
    if (heads.get(e.checkpoint) !== e.hash) broken(e.checkpoint, 'does not agree with a signed checkpoint');
    if (known_keys && !known_keys.includes(e.public_key)) broken(e.checkpoint, 'signed with a key that is not known');
    if (!checkpoint_holds(e)) broken(e.checkpoint, 'the signature is not valid');
  }
}
console.log(`everything fits: ${seq} entries, ${checkpoints} checkpoints, head ${before.toString('hex')}`);
