#!/usr/bin/env node
// The command `tollgate`. It is a file of its own, and not dist/cli.js, because npm links it before anything is built.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const cli = path.resolve(import.meta.dirname, '../dist/cli.js');
if (!existsSync(cli)) {
  const build = path.resolve(import.meta.dirname, 'build-if-stale.ts');
  const { status } = spawnSync(process.execPath, [build], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exit(1);
}
process.setSourceMapsEnabled(true);
await import(cli);
