// Compiles the layout of mails from MJML to one Mustache template, so that no MJML runs in the service.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import mjml2html from 'mjml';
import { format, resolveConfig } from 'prettier';
import { ROOT } from './generated-files.ts';

const LAYOUT_SOURCE = path.join(ROOT, 'src/mail/rendering/layout.mjml');
export const LAYOUT_FILE = path.join(ROOT, 'src/generated/mail-layout.ts');

/** Generates src/generated/mail-layout.ts. @throws Error for invalid MJML */
export async function renderMailLayout(): Promise<string> {
  const { html } = await mjml2html(await readFile(LAYOUT_SOURCE, 'utf8'), {
    validationLevel: 'strict',
    fonts: {}, // a mail loads nothing from elsewhere
  });
  const lines = html
    .replaceAll('#acce55', '{{accent}}')
    .replaceAll('#acce66', '{{on_accent}}')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const source = [
    '// Generated from src/mail/rendering/layout.mjml by `npm run generate`. Do not edit.',
    '',
    '/** HTML of a mail, a Mustache template. */',
    `export const MAIL_LAYOUT = ${JSON.stringify(lines)}.join('\\n');`,
    '',
  ].join('\n');
  return format(source, { ...(await resolveConfig(LAYOUT_FILE)), parser: 'typescript' });
}
