import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import {
  applicationBeside,
  compiledOnArrival,
  completeStyles,
  configured,
  parsedTexts,
  precompressed,
} from './vite-plugins.ts';

const root = import.meta.dirname;
const BASE = '/app/';
const SERVICE = 'http://127.0.0.1:8084';

export default defineConfig({
  root,
  base: BASE,
  plugins: [
    react(),
    configured(SERVICE),
    parsedTexts(),
    applicationBeside(BASE),
    compiledOnArrival(['start', 'main', 'charts', 'overview', 'usage', 'list']),
    completeStyles(),
    precompressed(),
  ],
  // The service replaces this placeholder with a new nonce in each index.html that it sends (src/app/dashboard.ts).
  html: { cspNonce: '__NONCE__' },
  build: {
    outDir: path.join(root, 'dist'),
    emptyOutDir: true,
    target: 'es2023',
    // the content security policy does not allow fonts and images from data: URLs
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // what a page needs at first are few files: a browser has six connections to the service, also for the data
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'start', test: /web\/src\/start\.ts$/, priority: 4 },
            { name: 'main', test: /web\/src\/(main|ui\/(own-account|amount|late))\.tsx$/, priority: 3 },
            { name: 'charts', test: /web\/src\/ui\/(series-card|account-usage-chart|later)\.tsx$/, priority: 2 },
            { name: 'overview', test: /web\/src\/pages\/overview\.tsx$/, priority: 1 },
            { name: 'usage', test: /web\/src\/pages\/usage\.tsx$/, priority: 1 },
            { name: 'list', test: /web\/src\/(pages\/transactions|ui\/transactions-list)\.tsx$/, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: Object.fromEntries(['/api', '/app/development'].map((at) => [at, SERVICE])) },
});
