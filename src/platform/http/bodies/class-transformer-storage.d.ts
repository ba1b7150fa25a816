/** The registry of class-transformer's decorators, which its package ships without types. */
declare module 'class-transformer/cjs/storage.js' {
  interface TransformMetadata {
    transformFn: (params: { value: unknown; key: string; obj: unknown; type: number; options: object }) => unknown;
  }
  export const defaultMetadataStorage: {
    findTypeMetadata(target: object, property: string): { typeFunction: () => unknown } | undefined;
    findTransformMetadatas(target: object, property: string, type: number): TransformMetadata[];
  };
}
