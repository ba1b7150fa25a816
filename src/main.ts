import { serve, stopOnSignals } from './app.serve.js';
import { loadConfig } from './platform/config.js';

try {
  const service = await serve(loadConfig());
  stopOnSignals(service);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
