// Preference data for the tests, and what can be read of a model file.

/** So many preferences to different prompts, whose chosen response is the longer and kinder one. */
export function preferences(count) {
  return Array.from({ length: count }, (_, number) => ({
    prompt: `How do I mend thing number ${number}?`,
    chosen: `Thank you for asking about thing ${number}! Take the screws out first, then lift the lid, and be gentle.`,
    rejected: `Look it up (${number}).`,
  }));
}

/** So many pairs to be answered. */
export function questions(count) {
  return preferences(count).map(({ prompt, chosen, rejected }) => ({
    prompt,
    response_a: chosen,
    response_b: rejected,
  }));
}

/** So many pairs whose first response is said to be the better one. */
export function labelled(count) {
  return questions(count).map((row) => ({ ...row, label: "a" }));
}

/** One JSON object a line. */
export function jsonl(rows) {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

/** A file for an upload field. */
export function file(name, content) {
  return { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) };
}

/** A safetensors file's header: tensors by name, and `reward_studio`, what the file says of itself. */
export function header(bytes) {
  const length = Number(bytes.readBigUInt64LE(0));
  const { __metadata__: metadata, ...tensors } = JSON.parse(bytes.toString("utf8", 8, 8 + length));
  return { tensors, about: JSON.parse(metadata.reward_studio) };
}

/** A safetensors file of another maker: one tensor of this name, and no word of ours. */
export function classifier(name) {
  const head = JSON.stringify({ [name]: { dtype: "F32", shape: [1], data_offsets: [0, 4] } });
  const bytes = Buffer.alloc(8 + head.length + 4);
  bytes.writeBigUInt64LE(BigInt(head.length));
  bytes.write(head, 8);
  return bytes;
}

/** The same model file, said to be of another backbone. */
export function ofAnotherBackbone(bytes) {
  const own = header(bytes).about.backbone.weights_sha256;
  const at = bytes.indexOf(own);
  const other = Buffer.from(bytes);
  other.write("0".repeat(own.length), at);
  return other;
}

/** The files in a zip archive that compresses nothing, by name. */
export function unzipped(bytes) {
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  let at = bytes.readUInt32LE(end + 16);
  const files = {};
  for (let number = bytes.readUInt16LE(end + 10); number > 0; number -= 1) {
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 24)];
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    if (method !== 0) throw new Error("a file is compressed");
    // The file's own header has the name once more, and an extra field of its own length.
    const start = bytes.readUInt32LE(at + 42);
    const data = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
    files[bytes.toString("utf8", at + 46, at + 46 + name)] = bytes.subarray(data, data + size);
    at += 46 + name + extra + comment;
  }
  return files;
}
