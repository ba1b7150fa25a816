import { Card, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { PlatformOverviewView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { Money } from '../../../ui/amount.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { StatusBadge, type Tone } from '../../../ui/status-badge.tsx';

type Level = PlatformOverviewView['health'];
const TONES: Record<Level, Tone> = { ok: 'good', warning: 'waiting', error: 'bad' };

/** Whether the books and the machinery are well: the nightly examination, reconciliation, the roll-up. */
export function Health({ overview }: { overview: PlatformOverviewView }) {
  const t = useTranslations('admin.today');
  const format = useFormat();
  const { doctor, reconciliation, health } = overview;
  return (
    <Card>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{t('health')}</Title>
        <StatusBadge tone={TONES[health]}>{t(`levels.${health}`)}</StatusBadge>
      </Group>
      <Facts
        facts={[
          [
            t('ledger'),
            doctor === null ? t('notExamined') : t(doctor.ledger_verified ? 'ledgerVerified' : 'ledgerDiffers'),
          ],
          [t('examined'), doctor === null ? t('never') : format.relative(doctor.examined_at)],
          [
            t('reconciliation'),
            <Link key="reconciliation" to="/admin/reconciliation" className="plain-link">
              {reconciliation === null ? (
                t('notCompared')
              ) : (
                <>
                  <Money value={reconciliation.difference} currency="USD" />{' '}
                  {format.relative(reconciliation.compared_at)}
                </>
              )}
            </Link>,
          ],
          [t('rollup'), t('rollupDetail', { events: overview.rollup_events, seconds: overview.rollup_lag_s })],
          [t('holds'), t('holdsDetail', { count: overview.active_holds, credits: format.cents(overview.held) })],
        ]}
      />
      <Findings overview={overview} />
    </Card>
  );
}

function Findings({ overview }: { overview: PlatformOverviewView }) {
  const findings = overview.doctor?.findings ?? [];
  return (
    <Stack gap="sm" mt="md">
      {findings.map(({ check, level, found, remedy }) => (
        <div key={`${check} ${found}`}>
          <Group gap="xs">
            <StatusBadge tone={TONES[level]}>{check}</StatusBadge>
            <Text size="sm" fw={500}>
              {found}
            </Text>
          </Group>
          <Text size="sm" c="dimmed">
            {remedy}
          </Text>
        </div>
      ))}
    </Stack>
  );
}
