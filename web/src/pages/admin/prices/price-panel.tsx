import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { priceHistory } from '../../../api/admin/prices.ts';
import { api } from '../../../api/client.ts';
import type { ModelPriceView } from '../../../api/schema.gen.ts';
import { defined } from '../../../lib/defined.ts';
import { useFormat } from '../../../lib/format.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import { Money } from '../../../ui/amount.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { JsonBlock } from '../../../ui/json-block.tsx';
import { SidePanel } from '../../../ui/side-panel.tsx';
import { Empty, Loaded } from '../../../ui/states.tsx';
import { ALL_PRICES } from './columns.ts';
import { PriceForm } from './price-form.tsx';

const route = getRouteApi('/shell/admin/prices');
/** Source of a price that an admin set; only those can be withdrawn. */
const SET_BY_ADMIN = 'admin';

function useClose(): () => void {
  const navigate = route.useNavigate();
  return () =>
    void navigate({
      search: (now) => defined({ ...now, panel: undefined, model: undefined, service: undefined }),
    });
}

/** A price for a model that has none yet. */
export function NewPricePanel() {
  const t = useTranslations('admin.prices');
  const { model } = route.useSearch();
  const close = useClose();
  return (
    <SidePanel size="lg" isOpen onClose={close} title={t('newPrice')}>
      <PriceForm onClose={close} model={model} />
    </SidePanel>
  );
}

/** The prices of a model: past, current and future. */
export function PricePanel({ model, service }: { model: string; service: string }) {
  const t = useTranslations('admin.prices');
  const query = useQuery(priceHistory(model, service));
  const [isSetting, setSetting] = useState(false);
  return (
    <SidePanel size="lg" isOpen onClose={useClose()} title={model === '*' ? t('everyModel') : model}>
      <Loaded query={query} height={480}>
        {(prices) => {
          const now = prices.find(isInEffect);
          return (
            <Stack>
              {prices.length === 0 && <Empty title={t('noPrice')} />}
              {isSetting ? (
                <PriceForm before={now} onClose={() => setSetting(false)} />
              ) : (
                <Group>
                  <Button size="xs" onClick={() => setSetting(true)}>
                    {t('replace')}
                  </Button>
                </Group>
              )}
              {prices.map((price) => (
                <OnePrice key={price.id} price={price} isCurrent={price === now} />
              ))}
            </Stack>
          );
        }}
      </Loaded>
    </SidePanel>
  );
}

const isFuture = ({ effective_from }: ModelPriceView): boolean => Date.parse(effective_from) > Date.now();
const isInEffect = (price: ModelPriceView): boolean => price.withdrawn_at === null && !isFuture(price);

function OnePrice({ price, isCurrent }: { price: ModelPriceView; isCurrent: boolean }) {
  const t = useTranslations('admin.prices');
  const terms = useTranslations();
  const format = useFormat();
  const canWithdraw = price.source === SET_BY_ADMIN && price.withdrawn_at === null && (isCurrent || isFuture(price));
  return (
    <section>
      <Group justify="space-between">
        <Title order={3}>{t('fromDay', { day: format.minute(price.effective_from) })}</Title>
        <Group gap="xs">
          {isCurrent && <Badge variant="light">{t('inEffect')}</Badge>}
          {canWithdraw && (
            <ConfirmedAction
              label={t('withdraw')}
              question={t('withdrawQuestion', { model: price.model })}
              done={t('withdrawn')}
              isDangerous
              button={{ size: 'xs' }}
              action={() => api.DELETE('/api/v1/pricing/models/{id}', { params: { path: { id: price.id } } })}
            />
          )}
        </Group>
      </Group>
      <Text size="sm" c="dimmed">
        {t('sourceIs', { source: price.source })}
        {price.withdrawn_at !== null && ` · ${t('withdrawnAt', { time: format.minute(price.withdrawn_at) })}`}
      </Text>
      <Facts
        facts={[
          ...ALL_PRICES.map((column) => {
            const value = price[column];
            return [terms(`price.${column}`), value === null ? null : <Money value={value} currency="USD" />] as const;
          }),
          [t('markup'), format.share(price.markup_rate)],
          [t('context'), price.context_length === null ? null : format.count(price.context_length)],
        ]}
      />
      {price.overrides.length > 0 && <JsonBlock label={t('conditions')} value={price.overrides} />}
    </section>
  );
}
