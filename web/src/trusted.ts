declare global {
  interface Window {
    trustedTypes?: { createPolicy: (name: string, rules: { createHTML: (text: string) => string }) => unknown };
  }
}

/**
 * Allows Mantine to fill its style elements through innerHTML, which Trusted Types forbid otherwise. Style sheets
 * contain no `<`, and markup always does, so text with one is refused.
 *
 * @throws TypeError from any later assignment of markup
 */
export function allowStyleSheets(): void {
  window.trustedTypes?.createPolicy('default', {
    createHTML: (text) => {
      if (text.includes('<')) throw new TypeError('Build markup from elements, not from text.');
      return text;
    },
  });
}
