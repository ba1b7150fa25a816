import { type ComponentType, lazy, type ReactNode, Suspense } from 'react';

/**
 * A part of a page that is not needed for its first look. Its code is loaded when it is drawn.
 *
 * @param load its code
 * @param place holds its place meanwhile, and stays if the code does not arrive
 */
export function late<P extends object>(load: () => Promise<ComponentType<P>>, place: ReactNode) {
  const Place = () => place;
  const Part = lazy<ComponentType<P>>(() =>
    load().then(
      (component) => ({ default: component }),
      () => ({ default: Place }),
    ),
  );
  return function Late(props: P) {
    return (
      <Suspense fallback={place}>
        <Part {...props} />
      </Suspense>
    );
  };
}
