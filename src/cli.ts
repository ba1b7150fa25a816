import { runCli } from './cli/run.js';

// with `tollgate ... | head` the reader ends first, which is not an error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const exitCode = await runCli(process.argv.slice(2));
// set only for failures: a service started by `serve` sets its own exit code
if (exitCode !== 0) process.exitCode = exitCode;
