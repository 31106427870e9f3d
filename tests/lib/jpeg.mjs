// A photo for tests, as a phone would send it: a grey baseline JPEG (ISO/IEC 10918-1) of blocks of one shade each, with
// an EXIF segment that holds `secret`, which must never come out again.
const marker = (code, bytes) => Buffer.concat([Buffer.from([0xff, code, (bytes.length + 2) >> 8, (bytes.length + 2) & 255]),
  Buffer.from(bytes)]);

// Bits, the most significant first; a byte of 0xFF is followed by 0.
class Bits {
  constructor() { Object.assign(this, {bytes: [], now: 0, count: 0}); }

  put(value, length) {
    for (let i = length - 1; i >= 0; i--) {
      this.now = (this.now << 1) | ((value >> i) & 1);
      if (++this.count === 8) this.flush();
    }
  }

  flush() {
    this.bytes.push(this.now);
    if (this.now === 0xff) this.bytes.push(0);
    this.now = this.count = 0;
  }

  end() { while (this.count) this.put(1, 1); return Buffer.from(this.bytes); }
}

// The difference to the block before: its number of bits (a code of four bits), the bits, and the end of the block.
function put_block(bits, difference) {
  const size = difference === 0 ? 0 : 32 - Math.clz32(Math.abs(difference));
  bits.put(size, 4);
  if (size) bits.put(difference > 0 ? difference : difference + (1 << size) - 1, size);
  bits.put(0, 1);
}

export function make_jpeg(width, height, {secret = 'GPS 38.52N 102.19E', seed = 7} = {}) {
  const bits = new Bits();
  let before = 0;
  let shade = seed;
  for (let i = 0; i < Math.ceil(width / 8) * Math.ceil(height / 8); i++) {
    shade = (shade * 37 + 11) % 101;
    put_block(bits, shade - 50 - before);
    before = shade - 50;
  }
  const twelve = [...Array(12).keys()];
  return Buffer.concat([Buffer.from([0xff, 0xd8]),
    marker(0xe1, Buffer.from(`Exif\0\0${secret}`)),
    marker(0xdb, [0, ...Array(64).fill(16)]),
    marker(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]),
    marker(0xc4, [0, 0, 0, 0, 12, ...Array(12).fill(0), ...twelve]),
    marker(0xc4, [0x10, 1, ...Array(15).fill(0), 0]),
    marker(0xda, [1, 1, 0, 0, 63, 0]), bits.end(), Buffer.from([0xff, 0xd9])]);
}
