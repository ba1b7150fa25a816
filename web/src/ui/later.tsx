import { Skeleton } from '@mantine/core';
import { type ReactNode, startTransition, useEffect, useState } from 'react';

interface LaterProps {
  /** As high as what comes, so that nothing moves. */
  height: number;
  children: ReactNode;
}

/** Draws its content after what is above it has been painted. */
export function Later({ height, children }: LaterProps) {
  const [isDue, setDue] = useState(false);
  useEffect(() => startTransition(() => setDue(true)), []);
  return isDue ? children : <Skeleton h={height} data-loading />;
}
