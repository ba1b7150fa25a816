import { Badge, Button, Card, ColorSwatch, Group, Progress, Text, Title } from '@mantine/core';
import { IconCoins } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { grants } from '../../api/credits.ts';
import type { GrantView } from '../../api/schema.gen.ts';
import { isZero, percentOf, sumOf } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { seriesColor } from '../../theme.ts';
import { Amount, Cents } from '../../ui/amount.tsx';
import type { Column } from '../../ui/column.ts';
import { SmallTable } from '../../ui/small-table.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { useWords } from '../../ui/words.ts';

const SHOWN = 5;
const SOON_MS = 7 * 86_400_000;

/** The credits of the account by where they came from, in the order in which they burn. */
export function BurnsNext() {
  const t = useTranslations('overview');
  const query = useQuery(grants());
  return (
    <Card>
      <Title order={2}>{t('burnsNext')}</Title>
      <Text size="sm" c="dimmed" mb="md">
        {t('burnsNextText')}
      </Text>
      <Loaded query={query} height={190}>
        {(all) => <Grants all={all.filter(({ remaining }) => !isZero(remaining))} />}
      </Loaded>
    </Card>
  );
}

function Grants({ all }: { all: GrantView[] }) {
  const t = useTranslations('overview');
  const [isWhole, setWhole] = useState(false);
  const columns = useColumns();
  if (all.length === 0)
    return <Empty icon={<IconCoins aria-hidden />} title={t('noCredits')} text={t('noCreditsText')} />;
  const shown = isWhole ? all : all.slice(0, SHOWN);
  return (
    <>
      <Bar of={all} />
      <div className="grants">
        <SmallTable
          label={t('burnsNext')}
          rows={shown.map((grant, index) => ({ ...grant, color: seriesColor(index) }))}
          columns={columns}
          rowId={({ id }) => id}
          empty=""
        />
      </div>
      {!isWhole && all.length > SHOWN && (
        <Button variant="subtle" size="xs" onClick={() => setWhole(true)}>
          {t('moreGrants', { count: all.length - SHOWN })}
        </Button>
      )}
    </>
  );
}

/** The whole balance as one bar; the table below has the figures. */
function Bar({ of }: { of: GrantView[] }) {
  const total = sumOf(of.map(({ remaining }) => remaining));
  return (
    <Progress.Root size={18} radius="sm" aria-hidden>
      {of.map(({ id, remaining }, index) => (
        <Progress.Section
          key={id}
          value={percentOf(remaining, total) ?? 0}
          color={seriesColor(index)}
          withAria={false}
          className="bar-part"
        />
      ))}
    </Progress.Root>
  );
}

type Row = GrantView & { color: string };

function useColumns(): Column<Row>[] {
  const t = useTranslations('overview');
  return [
    { id: 'source', header: t('source'), cell: (row) => <Source of={row} /> },
    { id: 'expires', header: t('expires'), cell: ({ expires_at }) => <Expiry at={expires_at} /> },
    { id: 'left', header: t('left'), isNumber: true, cell: (row) => <Left of={row} /> },
  ];
}

function Source({ of: { source, effective_at, color } }: { of: Row }) {
  const t = useTranslations('overview');
  const format = useFormat();
  const sourceName = useWords('grantSource');
  const [now] = useState(Date.now);
  return (
    <>
      <Group gap={8} wrap="nowrap">
        <ColorSwatch size={10} color={color} withShadow={false} aria-hidden />
        {sourceName(source)}
      </Group>
      {Date.parse(effective_at) > now && (
        <Text size="xs" c="dimmed">
          {t('from', { day: format.longDay(effective_at) })}
        </Text>
      )}
    </>
  );
}

function Expiry({ at }: { at: string | null }) {
  const t = useTranslations('overview');
  const format = useFormat();
  const [now] = useState(Date.now);
  if (at === null) return t('never');
  return (
    <>
      <Group gap="xs" title={format.minute(at)}>
        {format.relative(at)}
        {Date.parse(at) - now < SOON_MS && (
          <Badge variant="light" color="orange" tt="none">
            {t('soon')}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {format.longDay(at)}
      </Text>
    </>
  );
}

function Left({ of: { remaining, amount } }: { of: Row }) {
  const t = useTranslations('overview');
  return (
    <>
      <Amount value={remaining} />
      <Text size="xs" c="dimmed">
        {t.rich('of', { amount: () => <Cents value={amount} /> })}
      </Text>
    </>
  );
}
