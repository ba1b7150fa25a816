// Parses the `///` docs of the schema: a description followed by tags. The header of schema.prisma explains the tags.

export interface Doc {
  description: string;
  isPrivate: boolean;
  positive: boolean;
  isUser: boolean;
  /** An empty list is stored as null. */
  isSparse: boolean;
  min?: string;
  max?: string;
  pattern?: string;
  form?: string;
  example?: string;
  json?: string;
}

const FLAGS = { private: 'isPrivate', positive: 'positive', user: 'isUser', sparse: 'isSparse' } as const;
const VALUES = ['min', 'max', 'pattern', 'form', 'example', 'json'] as const;
const TAG = /(?:^|\s)@([a-z]+)(?=\s|$)/g;

/**
 * Parses one doc. `where` is used in error messages.
 * @throws Error on a missing description, an unknown tag, a tag without a value, or a pattern without @form or
 * @example: a typo must not silently disable a rule.
 */
export function parseDoc(where: string, documentation: string | undefined): Doc {
  const text = (documentation ?? '').replace(/\s+/g, ' ').trim();
  const tags = [...text.matchAll(TAG)];
  const doc: Doc = {
    description: text.slice(0, tags[0]?.index).trim(),
    isPrivate: false,
    positive: false,
    isUser: false,
    isSparse: false,
  };
  if (!doc.description) throw new Error(`${where} has no description (/// above it)`);
  tags.forEach((tag, i) => {
    const name = tag[1] ?? '';
    const value = text.slice(tag.index + tag[0].length, tags[i + 1]?.index).trim();
    if (isOneOf(Object.keys(FLAGS) as (keyof typeof FLAGS)[], name) && !value) doc[FLAGS[name]] = true;
    else if (isOneOf(VALUES, name) && value) doc[name] = value;
    else
      throw new Error(
        `${where}: @${name}${value ? ` ${value}` : ''} is not a valid tag (see the header of schema.prisma)`,
      );
  });
  if (doc.pattern && !(doc.form && doc.example)) throw new Error(`${where}: @pattern needs @form and @example`);
  return doc;
}

function isOneOf<T extends string>(names: readonly T[], name: string): name is T {
  return (names as readonly string[]).includes(name);
}
