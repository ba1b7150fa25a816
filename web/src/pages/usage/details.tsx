import { Grid } from '@mantine/core';
import type { RefObject } from 'react';
import type { UsageSeriesView } from '../../api/schema.gen.ts';
import { Breakdown } from './breakdown.tsx';
import type { UsageChoice } from './choice.ts';
import { Events } from './events.tsx';
import { TokenPools } from './token-pools.tsx';

interface DetailsProps {
  view: UsageSeriesView;
  choice: UsageChoice;
  /** The list of calls, for who scrolls to it. */
  events: RefObject<HTMLDivElement | null>;
}

/** What is below the chart: the sums, the kinds of tokens, the single calls. */
export function Details({ view, choice, events }: DetailsProps) {
  return (
    <>
      <Grid>
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Breakdown view={view} choice={choice} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <TokenPools view={view} />
        </Grid.Col>
      </Grid>
      <div ref={events}>
        <Events view={view} choice={choice} />
      </div>
    </>
  );
}
