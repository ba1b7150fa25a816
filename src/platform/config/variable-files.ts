import { readFileSync } from 'node:fs';

const SUFFIX = '_FILE';

/**
 * Reads variables from files, as orchestrators provide secrets: NAME_FILE is the path of a file that contains the value
 * of NAME. A trailing line break is removed.
 * @returns the variables, including those from files, and the errors in reading files
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
      if (value === null) faults.push(`${name}${SUFFIX} must be the path of a readable, non-empty file`);
      else given[name] = value;
    } else faults.push(`${name} and ${name}${SUFFIX} must not both be set`);
  }
  return { given, faults };
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '') || null;
  } catch {
    return null; // the caller reports the variable
  }
}
