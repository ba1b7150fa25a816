const HIDDEN = '[hidden]';
const SECRET_NAME = /secret|(^|_)token$|password|passphrase|authorization|cookie|credential|(^|_)key$/i;
const DEPTH_MAX = 8;

/** Patterns of secrets in text: passwords in URLs, credentials of headers, API keys. */
const SECRET_TEXTS: readonly [RegExp, string][] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@]+@/gi, `$1${HIDDEN}@`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  [/\b(?:sk|rk|pk|whsec)[-_][\w-]{8,}/g, HIDDEN],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, HIDDEN],
];

/** Returns a text, such as an error message, with secrets replaced. */
export function textWithoutSecrets(text: string): string {
  return SECRET_TEXTS.reduce((kept, [pattern, instead]) => kept.replace(pattern, instead), text);
}

/** Returns a document with secrets replaced: members whose names suggest secrets, and secrets in its strings. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return textWithoutSecrets(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return HIDDEN;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
  const members = Object.entries(value).map(([name, member]) => [
    name,
    SECRET_NAME.test(name) && member !== null ? HIDDEN : withoutSecrets(member, depth + 1),
  ]);
  return Object.fromEntries(members) as object;
}
