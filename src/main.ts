import { banner } from './app/banner.js';
import { serve } from './app/serve.js';
import { runUntilSignal } from './app/signals.js';
import { loadConfig } from './platform/config/config.js';

try {
  const config = loadConfig();
  const service = await runUntilSignal(config, () => serve(config));
  process.stdout.write(await banner(service));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
