// The comparison as a page that anybody can open on their own machine and GPU: `cargo xtask bench page`.

import { FOLDERS, MODELS } from "./places.mjs";
import { serve } from "./server.mjs";

const PORT = 8090;

const model = MODELS.model();
const { origin } = await serve(FOLDERS, Number(process.env.PORT ?? PORT));
console.log(`${origin}/bench/bench.html?model=${encodeURIComponent(model)}\n\nCtrl-C ends it.`);
