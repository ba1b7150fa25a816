import { createSpotlight } from '@mantine/spotlight';

/** The command palette's store, apart from the palette itself, which is loaded later. */
export const [paletteStore, { open: openPalette }] = createSpotlight();
