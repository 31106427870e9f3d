// One-time codes as an administrator's telephone makes them (RFC 6238: SHA-1, 30 seconds, 6 digits).
import {createHmac} from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

// The bytes of a base32 text (RFC 4648); spaces and padding are let through.
export function from_base32(text) {
  let bits = 0;
  let value = 0;
  const bytes = [];
  for (const c of text.toUpperCase().replace(/[\s=]/g, '')) {
    const n = ALPHABET.indexOf(c);
    if (n < 0) throw new Error(`not base32: ${c}`);
    value = (value << 5) | n;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >>> bits) & 255);
    }
  }
  return Buffer.from(bytes);
}

// The code of `secret` (base32) at `at` (milliseconds since 1970).
export function totp(secret, at = Date.now()) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const mac = createHmac('sha1', from_base32(secret)).update(counter).digest();
  const offset = mac[19] & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1000000).padStart(6, '0');
}
