import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const root = import.meta.dirname;
const SERVICE = 'http://127.0.0.1:8084';
const MIN_COMPRESSED_BYTES = 1024;

export default defineConfig({
  root,
  base: '/app/',
  plugins: [react(), precompressed()],
  // The service replaces this placeholder with a new nonce in each index.html that it sends (src/app/dashboard.ts).
  html: { cspNonce: '__NONCE__' },
  build: {
    outDir: path.join(root, 'dist'),
    emptyOutDir: true,
    target: 'es2023',
    // the content security policy does not allow fonts and images from data: URLs
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: Object.fromEntries(['/api', '/app/config.json', '/app/development'].map((at) => [at, SERVICE])) },
});

/** Writes each asset also as .br and .gz at the highest level, so that the service never compresses one itself. */
function precompressed(): Plugin {
  const brotli = promisify(brotliCompress);
  const gz = promisify(gzip);
  return {
    name: 'precompressed',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const compress = async (name: string): Promise<void> => {
        const file = path.join(dir, name);
        const plain = await readFile(file);
        if (plain.length < MIN_COMPRESSED_BYTES) return;
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
        await writeFile(`${file}.br`, await brotli(plain, { params }));
        await writeFile(`${file}.gz`, await gz(plain, { level: 9 }));
      };
      const names = Object.keys(bundle).filter((name) => /\.(js|css|svg)$/.test(name));
      await Promise.all(names.map(compress));
    },
  };
}
