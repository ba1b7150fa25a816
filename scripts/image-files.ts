/** What an image holds besides the packages: `Dockerfile` copies exactly these, and so does `scripts/image.ts`. */
export const IMAGE_FILES = ['package.json', 'dist', 'prisma/schema.prisma', 'prisma/migrations'] as const;

/** How the packages of an image are installed: no tools, no Node and no PostgreSQL, which come with npm elsewhere. */
export const INSTALL = 'npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund';
