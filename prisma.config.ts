import path from 'node:path';
import { defineConfig } from 'prisma/config';

// The native schema engine is a download that closed networks refuse: every command goes through the WASM engine.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= path.resolve(import.meta.dirname, 'prisma/schema-engine.mjs');

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? 'postgresql://unset:unset@127.0.0.1:1/unset' },
});
