// The page's half of the `import` row: a file of transcripts read by our data worker, batch after batch.

import { OurWorker } from "./engine.mjs";
import { greetData, more, openFile, readTranscripts } from "./messages.mjs";

const FILE = 1;

/** Seconds from asking to the last record's arrival, and what came. The file lies with the browser before. */
export async function reading({ address }) {
  const blob = await (await fetch(address)).blob();
  const asked = await OurWorker.start("data");
  asked.post(greetData("which?"));
  const { build } = await asked.next("Hello");
  asked.end();

  const worker = await OurWorker.start("data");
  worker.post(greetData(build));
  await worker.next("Hello");
  worker.postWith(openFile({ file: FILE, name: "transcripts.jsonl" }), blob);
  await worker.next("Sniffed");

  const began = performance.now();
  worker.post(readTranscripts({ file: FILE }));
  let batches = 0;
  for (;;) {
    const event = await worker.either("Batch", "Done");
    if (event.name === "Done") {
      const seconds = (performance.now() - began) / 1000;
      worker.end();
      return { seconds, batches, rows: event.rows, records: event.records, refused: event.refused };
    }
    batches += 1;
    worker.post(more({ file: FILE }));
  }
}
