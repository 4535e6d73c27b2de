// Zip archives, as far as tests need them.

import { deflateRawSync } from "node:zlib";

/** An archive of these files, by path; all but the first are deflated. `flipAt` changes that byte of the whole. */
export function zip(files, { flipAt } = {}) {
  const [locals, entries] = [[], []];
  let at = 0;
  for (const [number, [path, bytes]] of Object.entries(files).entries()) {
    const method = number === 0 ? 0 : 8;
    const data = method === 0 ? bytes : deflateRawSync(bytes);
    const name = Buffer.from(path);
    // Version, flags, method, time and date, checksum, both sizes, lengths of name and of what is extra.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    entries.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, place, name);
    locals.push(Buffer.from("PK\x03\x04", "latin1"), common, name, data);
    at += 4 + common.length + name.length + data.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  const archive = Buffer.concat([...locals, directory, end]);
  if (flipAt !== undefined) archive[flipAt] ^= 1;
  return archive;
}

/** The checksum that zip uses, bit by bit. */
function crc32(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
