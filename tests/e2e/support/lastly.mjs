// What a test leaves behind goes with it, the newest first: node's own hooks run the oldest first.

const steps = new WeakMap();

/** Does this when the test has ended, however it has. */
export function lastly(t, step) {
  const known = steps.get(t);
  if (known) return void known.unshift(step);
  const own = [step];
  steps.set(t, own);
  t.after(async () => {
    for (const step of own) await step();
  });
}
