import {
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core';
import { OTHER_KEY } from './lib/series.ts';

/** Violet-blue. Shade 6 is the accent on white and shade 4 that on the dark ground; both have 4.5:1 and more as text. */
const BRAND: MantineColorsTuple = [
  '#f0efff',
  '#dedcfb',
  '#bcb6f4',
  '#978fee',
  '#7d73ea',
  '#6558dd',
  '#4c3fd1',
  '#4034b4',
  '#352b94',
  '#2a2374',
];

/** Cool slate instead of Mantine's neutral grey. */
const DARK: MantineColorsTuple = [
  '#d7dbe4',
  '#aeb5c4',
  '#98a1b3',
  '#5f6a80',
  '#3a4356',
  '#2a3243',
  '#1d2433',
  '#141a27',
  '#0f1420',
  '#0a0e17',
];

/** Share of white (positive) or black (negative) in the ten shades of an operator's accent color. */
const TINTS = [0.93, 0.82, 0.64, 0.46, 0.3, 0.14, 0, -0.16, -0.32, -0.46];
const MIN_CONTRAST = 4.5;

type Rgb = [number, number, number];

/**
 * @param accent the operator's color as `#rrggbb`, or null for our own
 * @param close what screen readers say for the crosses of dialogs and notifications
 */
export function themeOf(accent: string | null, close: string): MantineThemeOverride {
  return createTheme({
    primaryColor: 'brand',
    primaryShade: { light: 6, dark: 5 },
    colors: { brand: accent === null ? BRAND : shadesOf(accent), dark: DARK },
    fontFamily: "'Inter Variable', system-ui, sans-serif",
    fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
    headings: {
      fontWeight: '650',
      sizes: {
        h1: { fontSize: '1.5rem', lineHeight: '1.3' },
        h2: { fontSize: '1rem', lineHeight: '1.4' },
        h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
      },
    },
    defaultRadius: 'md',
    cursorType: 'pointer',
    components: {
      Card: { defaultProps: { withBorder: true, padding: 'lg', radius: 'lg' } },
      // descriptions below the fields, so that fields beside each other stand in one line
      InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
      CloseButton: { defaultProps: { 'aria-label': close } },
      // Locking the scroll adds a style element without a nonce; a header outside of a section is a second banner.
      Drawer: { defaultProps: { lockScroll: false, attributes: { header: { role: 'presentation' } } } },
      Modal: { defaultProps: { lockScroll: false, centered: true, attributes: { header: { role: 'presentation' } } } },
      // the list of options scrolls itself: a scrolling region around it could not be reached by keyboard
      Select: { defaultProps: { withScrollArea: false } },
      // role="menu" does not allow a focusable div
      Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    },
  });
}

/** @returns ten shades of a color; shade 6 is darkened until white text on it is readable */
function shadesOf(accent: string): MantineColorsTuple {
  let base = channelsOf(accent);
  while (contrastWithWhite(base) < MIN_CONTRAST) base = mix(base, 0, 0.05);
  return TINTS.map((tint) => hexOf(mix(base, tint > 0 ? 255 : 0, Math.abs(tint)))) as unknown as MantineColorsTuple;
}

const channelsOf = (color: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as unknown as Rgb;
const hexOf = (rgb: Rgb): string =>
  `#${rgb.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
const mix = (rgb: Rgb, to: number, share: number): Rgb =>
  rgb.map((channel) => channel + (to - channel) * share) as unknown as Rgb;

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrastWithWhite(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}

const LIGHT_VARIANTS = ['teal', 'red', 'orange', 'grape', 'yellow', 'blue', 'green'] as const;

/** Colors that Mantine's own values are too pale for (WCAG AA). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...Object.fromEntries(
      LIGHT_VARIANTS.map((name) => [`--mantine-color-${name}-light`, `var(--mantine-color-${name}-0)`]),
    ),
    ...Object.fromEntries(
      LIGHT_VARIANTS.map((name) => [
        `--mantine-color-${name}-light-color`,
        `color-mix(in srgb, var(--mantine-color-${name}-9) 80%, black)`,
      ]),
    ),
    '--mantine-color-body': '#ffffff',
    '--app-ground': '#f6f7fb',
    '--mantine-color-dimmed': '#596275',
    '--app-border': '#e3e6ee',
    '--app-good': '#0b7a4b',
    '--app-bad': '#c2253a',
    '--mantine-color-placeholder': '#6a7385',
    '--mantine-color-error': '#c2253a',
  },
  dark: {
    '--mantine-color-body': '#141a27',
    '--app-ground': '#0d121c',
    '--mantine-color-dimmed': '#98a1b3',
    '--app-border': '#252d3d',
    '--app-good': '#4cc38a',
    '--app-bad': '#ff8592',
    '--mantine-color-placeholder': '#8791a5',
    '--mantine-color-error': '#ff8592',
    '--mantine-color-brand-light': 'color-mix(in srgb, var(--mantine-color-brand-4) 18%, transparent)',
    '--mantine-color-brand-light-hover': 'color-mix(in srgb, var(--mantine-color-brand-4) 26%, transparent)',
    '--mantine-color-brand-light-color': 'var(--mantine-color-brand-2)',
    '--mantine-color-gray-light': 'rgb(152 161 179 / 16%)',
    '--mantine-color-gray-light-hover': 'rgb(152 161 179 / 24%)',
    '--mantine-color-gray-light-color': '#d7dbe4',
  },
});

/** Series of charts. They differ in lightness too, and have 3:1 against both grounds. */
const SERIES = ['#6558dd', '#12a594', '#e5763b', '#d6409f', '#0c86c9', '#a18a1c', '#8e6bd6'] as const;
/** Of what is added up from many. */
const OTHER_COLOR = '#7c8598';

/** @returns the color of a group of a chart, by its place */
export const groupColor = (key: string, index: number): string =>
  key === OTHER_KEY ? OTHER_COLOR : seriesColor(index);
export const seriesColor = (index: number): string => SERIES[index % SERIES.length] ?? SERIES[0];
