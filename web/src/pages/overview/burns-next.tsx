import { Badge, Button, Card, ColorSwatch, Group, Progress, Table, Text, Title } from '@mantine/core';
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
  if (all.length === 0)
    return <Empty icon={<IconCoins aria-hidden />} title={t('noCredits')} text={t('noCreditsText')} />;
  const shown = isWhole ? all : all.slice(0, SHOWN);
  return (
    <>
      <Bar of={all} />
      <Table verticalSpacing="xs" mt="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('source')}</Table.Th>
            <Table.Th>{t('expires')}</Table.Th>
            <Table.Th ta="end">{t('left')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((grant, index) => (
            <Grant key={grant.id} grant={grant} color={seriesColor(index)} />
          ))}
        </Table.Tbody>
      </Table>
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

function Grant({ grant, color }: { grant: GrantView; color: string }) {
  const t = useTranslations('overview');
  const format = useFormat();
  const sourceName = useWords('grantSource');
  const { source, remaining, amount, effective_at, expires_at } = grant;
  const [now] = useState(Date.now);
  const isLater = Date.parse(effective_at) > now;
  const isSoon = expires_at !== null && Date.parse(expires_at) - now < SOON_MS;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={8} wrap="nowrap">
          <ColorSwatch size={10} color={color} withShadow={false} aria-hidden />
          {sourceName(source)}
        </Group>
        {isLater && (
          <Text size="xs" c="dimmed">
            {t('from', { day: format.longDay(effective_at) })}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {expires_at === null ? (
          t('never')
        ) : (
          <>
            <Group gap="xs" title={format.minute(expires_at)}>
              {format.relative(expires_at)}
              {isSoon && (
                <Badge variant="light" color="orange" tt="none">
                  {t('soon')}
                </Badge>
              )}
            </Group>
            <Text size="xs" c="dimmed">
              {format.longDay(expires_at)}
            </Text>
          </>
        )}
      </Table.Td>
      <Table.Td ta="end">
        <Amount value={remaining} />
        <Text size="xs" c="dimmed">
          {t.rich('of', { amount: () => <Cents value={amount} /> })}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
