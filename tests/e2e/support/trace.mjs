// What the page's own thread does, task by task, as Chromium traces it.

/** Notes down every task of pages from now on; the function returned ends it and gives the longest, see `longest`. */
export async function traceTasks(context) {
  const session = await context.browser().newBrowserCDPSession();
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => {
    // A task much shorter than what matters is not kept: a minute has millions of them.
    events.push(...value.filter(({ ph, dur, name }) => ph === "M" || (name?.endsWith("RunTask") && dur > 10_000)));
  });
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel"], excludedCategories: ["*"], recordMode: "recordContinuously" },
  });
  return async () => {
    const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
    await session.send("Tracing.end");
    await complete;
    await session.detach();
    return longest(events);
  };
}

/**
 * The longest tasks of any page's main thread, in milliseconds: by the clock on the wall, and by the time that the
 * thread itself had a core, which a busy machine does not lengthen; and how many had one for longer than so many.
 */
function longest(events) {
  const mains = new Set(
    events
      .filter(({ ph, name, args }) => ph === "M" && name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const tasks = events.filter(({ ph, pid, tid }) => ph === "X" && mains.has(`${pid}/${tid}`));
  const most = (field) => Math.max(0, ...tasks.map((task) => (task[field] ?? 0) / 1000));
  const over = (ms) => tasks.filter(({ tdur = 0 }) => tdur > ms * 1000).length;
  return { wall: most("dur"), thread: most("tdur"), over, tasks: tasks.length };
}
