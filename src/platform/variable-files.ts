import { readFileSync } from 'node:fs';

const SUFFIX = '_FILE';

/**
 * Lets every variable be given as a file, as orchestrators hand out secrets: NAME_FILE is the path of a file with the
 * value of NAME. A line break at its end does not belong to the value.
 * @returns the variables, those of files included, and what is wrong with the files
 */
export function readFiles(
  env: Record<string, string | undefined>,
  names: readonly string[],
): { given: Record<string, string | undefined>; faults: string[] } {
  const given = { ...env };
  const faults: string[] = [];
  for (const name of names) {
    const file = env[`${name}${SUFFIX}`];
    if (file === undefined) continue;
    if (env[name] === undefined) {
      const value = contentOf(file);
      if (value === null) faults.push(`${name}${SUFFIX} must name a file that can be read and is not empty`);
      else given[name] = value;
    } else faults.push(`${name} and ${name}${SUFFIX} must not both be set`);
  }
  return { given, faults };
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '') || null;
  } catch {
    return null;
  }
}
