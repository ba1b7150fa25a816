import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

const FONT = '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2';
/** Name of the family in the file. */
export const FONT_FAMILY = 'Inter Variable';
/** Pixels per unit, for sharp pictures on dense displays. */
const ZOOM = 2;

const { resolve } = createRequire(import.meta.url);
let fonts: Promise<Uint8Array[]> | null = null;

/** Loads the renderer and its font once per process. */
async function load(): Promise<Uint8Array[]> {
  const [wasm, font] = await Promise.all([
    readFile(resolve('@resvg/resvg-wasm/index_bg.wasm')),
    readFile(resolve(FONT)),
  ]);
  await initWasm(wasm);
  return [font];
}

/** Draws an SVG as PNG, twice as large, with the font {@link FONT_FAMILY}. Nothing is loaded from elsewhere. */
export async function pngOf(svg: string): Promise<Buffer> {
  const fontBuffers = await (fonts ??= load());
  const font = { fontBuffers, loadSystemFonts: false, defaultFontFamily: FONT_FAMILY };
  const drawn = new Resvg(svg, { font, fitTo: { mode: 'zoom', value: ZOOM } });
  try {
    return Buffer.from(drawn.render().asPng());
  } finally {
    drawn.free();
  }
}
