/** Reads text parameters from the address; everything else in it is dropped. */
export function textsIn<K extends string>(...names: K[]) {
  return (search: Record<string, unknown>): Partial<Record<K, string>> =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = search[name];
        // the router parses `?code=123` as a number
        const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
        return typeof text === 'string' && text !== '' ? [[name, text]] : [];
      }),
    ) as Partial<Record<K, string>>;
}

/** @returns the value if it is one of the known ones: the address can hold any text */
export function oneOf<T extends string>(known: readonly T[], value: string | undefined): T | undefined {
  return known.find((one) => one === value);
}
