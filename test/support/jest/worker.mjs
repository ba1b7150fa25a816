/** A process that runs the files of specs that its parent names, one after another. */
const { default: run, setWorkerData } = await import(
  new URL('worker-runner.js', import.meta.resolve('jest-light-runner')).href
);

process.on('message', async ({ workerData, path }) => {
  if (workerData) return setWorkerData(workerData);
  try {
    process.send({ result: await run(path) });
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    process.send({ error: { message, stack } });
  } finally {
    globalThis.jest?.restoreAllMocks(); // the files of a process share their modules, so a spy would outlive its file
  }
});
