import { banner } from './app.banner.js';
import { serve, stopOnSignals } from './app.serve.js';
import { loadConfig } from './platform/config.js';

try {
  const service = await serve(loadConfig());
  stopOnSignals(service);
  process.stdout.write(await banner(service));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
