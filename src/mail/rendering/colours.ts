/** Accent of the dashboard where the operator sets none. */
export const DEFAULT_ACCENT = '#4c3fd1';

/** Returns the colour of text on a ground: white, or near black where that is easier to read (WCAG contrast). */
export function textOn(ground: string): string {
  const light = luminanceOf(ground);
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? '#ffffff' : '#10131a';
}

/** Relative luminance of a colour such as #4c3fd1, 0 to 1. */
function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
