// The wire format between page and worker (postcard: LEB128 numbers, little-endian floats, lengths in front), as far
// as the messages in messages.mjs need it. Knows no message.

/** Collects the bytes of one message. */
export class Writer {
  #bytes = [];

  u8(value) {
    this.#bytes.push(value);
    return this;
  }

  /** Any unsigned integer above 8 bits, a length, or the index of an enum's variant. */
  number(value) {
    let rest = BigInt(value);
    while (rest >= 0x80n) {
      this.#bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.#bytes.push(Number(rest));
    return this;
  }

  f32(value) {
    this.#bytes.push(...new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  text(value) {
    const bytes = new TextEncoder().encode(value);
    this.number(bytes.length);
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  /** A sequence; `write` is called with this and each item. */
  list(items, write) {
    this.number(items.length);
    for (const item of items) write(this, item);
    return this;
  }

  finish() {
    return Uint8Array.from(this.#bytes);
  }
}

/** Takes one message's bytes apart, in order. */
export class Reader {
  #bytes;
  #view;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8() {
    return this.#view.getUint8(this.#at++);
  }

  number() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  f32() {
    this.#at += 4;
    return this.#view.getFloat32(this.#at - 4, true);
  }

  /** What a `Vec<u8>` holds. */
  bytes() {
    const length = this.number();
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }

  text() {
    return new TextDecoder().decode(this.bytes());
  }

  f32s() {
    const values = new Float32Array(this.number());
    for (let place = 0; place < values.length; place++) values[place] = this.f32();
    return values;
  }

  /** A sequence of whatever `read` takes off this. */
  list(read) {
    return Array.from({ length: this.number() }, () => read(this));
  }

  option(read) {
    return this.u8() === 1 ? read(this) : null;
  }
}
