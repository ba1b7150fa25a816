import { SimpleGrid } from '@mantine/core';
import type { ReactNode } from 'react';

/** Figures beside each other, each below its label. Those without a value are left out. */
export function Figures({ figures }: { figures: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <SimpleGrid component="dl" className="figures" cols={{ base: 2, sm: 3, lg: 5 }}>
      {figures
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </SimpleGrid>
  );
}
