/** Files of the image besides the packages. `Dockerfile` and `scripts/image.ts` copy exactly these. */
export const IMAGE_FILES = ['package.json', 'dist', 'web/dist', 'prisma/schema.prisma', 'prisma/migrations'] as const;

/** Installs the packages of the image, without development tools and without the Node and PostgreSQL packages. */
export const INSTALL = 'npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund';
