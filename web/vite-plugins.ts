import { globSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import compileMessage from 'icu-minify/compile';
import type { Plugin } from 'vite';

const MIN_COMPRESSED_BYTES = 1024;
const MANTINE_STYLES = path.resolve(import.meta.dirname, '../node_modules/@mantine/*/styles.css');
const TEXTS = /web\/src\/texts\/[a-z]{2}(\.admin)?\.ts$/;
const MANTINE_CLASS = /\bm_[0-9a-f]{6,8}\b/g;

/** Fills in the configuration that a service writes into index.html, with that of a running one. */
export function configured(service: string): Plugin {
  return {
    name: 'configured',
    apply: 'serve',
    transformIndexHtml: async (html) => {
      const answer = await fetch(`${service}/app/config.json`);
      const config = await answer.text();
      return html.replace('__CONFIG__', () => config);
    },
  };
}

/** Lets the page load the application beside its first script (src/start.ts) instead of after it. */
export function applicationBeside(base: string): Plugin {
  return {
    name: 'application-beside',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) => {
        return Object.values(bundle)
          .flatMap((file) => (file.type === 'chunk' && file.name === 'main' ? [file.fileName] : []))
          .map((name) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: base + name },
            injectTo: 'head',
          }));
      },
    },
  };
}

/**
 * Asks the browser to compile the named chunks as a whole while they arrive, on a thread of their own, instead of each function
 * on the page's thread when it is first called (explicit compile hints of V8; other engines ignore the comment).
 */
export function compiledOnArrival(names: readonly string[]): Plugin {
  return {
    name: 'compiled-on-arrival',
    apply: 'build',
    enforce: 'post', // the comment must be the first line
    generateBundle: {
      order: 'post',
      handler: (_options, bundle) => {
        for (const file of Object.values(bundle)) {
          if (file.type === 'chunk' && names.includes(file.name))
            file.code = `//# allFunctionsCalledOnLoad\n${file.code}`;
        }
      },
    },
  };
}

/** The style sheets of Mantine are imported one by one: a component without its own fails the build. */
export function completeStyles(): Plugin {
  const classesIn = (text: string): string[] => text.match(MANTINE_CLASS) ?? [];
  return {
    name: 'complete-styles',
    apply: 'build',
    generateBundle(_options, bundle) {
      const files = Object.values(bundle);
      const used = new Set(files.flatMap((file) => (file.type === 'chunk' ? classesIn(file.code) : [])));
      const styled = new Set(
        files.flatMap((file) =>
          file.fileName.endsWith('.css') && file.type === 'asset' ? classesIn(String(file.source)) : [],
        ),
      );
      const known = new Set(globSync(MANTINE_STYLES).flatMap((file) => classesIn(readFileSync(file, 'utf8'))));
      const missing = [...used].filter((name) => known.has(name) && !styled.has(name));
      if (missing.length > 0)
        this.error(`web/src/mantine.css lacks the style sheets of Mantine with: ${missing.join(', ')}`);
    },
  };
}

/** Parses the texts while building, so that the page needs no parser of ICU messages. */
export function parsedTexts(): Plugin {
  type Texts = string | { [key: string]: Texts };
  const parsed = (texts: Texts): unknown =>
    typeof texts === 'string'
      ? compileMessage(texts)
      : Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, parsed(value)]));
  return {
    name: 'parsed-texts',
    config: () => ({ resolve: { alias: { 'use-intl/format-message': 'use-intl/format-message/format-only' } } }),
    async load(id) {
      if (!TEXTS.test(id)) return undefined;
      // a changed file is another module
      const module = (await import(`${pathToFileURL(id).href}?${String(Date.now())}`)) as Record<string, Texts>;
      return Object.entries(module)
        .map(([name, texts]) => `export const ${name} = ${JSON.stringify(parsed(texts))};`)
        .join('\n');
    },
  };
}

/** Writes each asset also as .br and .gz at the highest level, so that the service never compresses one itself. */
export function precompressed(): Plugin {
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
