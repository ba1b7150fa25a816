import { runCli } from './cli.run.js';

// `tollgate ... | head` ends the reader first: nothing is wrong then, and nobody is left to tell
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const exitCode = await runCli(process.argv.slice(2));
// set only when there is something to say: a service that `serve` started says how it went by itself
if (exitCode !== 0) process.exitCode = exitCode;
