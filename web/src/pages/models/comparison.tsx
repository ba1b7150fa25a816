import { Alert, Group, List, Stack, Table, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { GatewayModelView, ModelPricesView, PriceOverrideView } from '../../api/schema.gen.ts';
import type { AmountText } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { Amount, Money } from '../../ui/amount.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';

/** Prices that models can have, the frequent ones first. */
const POOLS = [
  'input_per_million',
  'output_per_million',
  'cache_read_per_million',
  'cache_write_per_million',
  'cache_write_1h_per_million',
  'reasoning_per_million',
  'audio_input_per_million',
  'audio_cache_read_per_million',
  'audio_output_per_million',
  'image_per_million',
  'image_output_per_million',
  'per_request',
  'per_character',
  'per_second',
  'per_query',
  'per_execution',
  'per_image',
  'per_page',
  'per_video_second',
] as const satisfies (keyof ModelPricesView)[];

/** A price; a dash where the model has none of its own. */
export function Price({ value, isFree }: { value: AmountText | null; isFree: boolean }) {
  const t = useTranslations('models');
  if (value === null) return <>–</>;
  return isFree ? <>{t('free')}</> : <Amount value={value} />;
}

/** One model with all its prices, or several beside each other. */
export function Comparison({ models }: { models: readonly GatewayModelView[] }) {
  const t = useTranslations('models');
  const format = useFormat();
  const count = (value: number | null) => (value === null ? t('unknown') : format.count(value));
  const pools = POOLS.filter((pool) => models.some(({ platform_prices }) => platform_prices[pool] !== null));
  return (
    <Stack>
      <Table.ScrollContainer minWidth={170 * (models.length + 1)} scrollAreaProps={{ tabIndex: 0 }}>
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('model')}</Table.Th>
              {models.map(({ model, name }) => (
                <Table.Th key={model} ta="end" className="wrap">
                  {name ?? model}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            <Row label={t('yourPlan')} models={models} cell={(one) => <Allowed model={one} />} />
            <Row label={t('class')} models={models} cell={(one) => t(`filter.${one.class}`)} />
            <Row label={t('context')} models={models} cell={(one) => count(one.context_length)} />
            <Row label={t('maxOutput')} models={models} cell={(one) => count(one.max_output_tokens)} />
            <Row label={t('markup')} models={models} cell={(one) => format.percent(Number(one.markup_rate) * 100, 4)} />
            {pools.map((pool) => (
              <Row
                key={pool}
                label={t(`prices.${pool}`)}
                models={models}
                cell={(one) => <BothPrices model={one} pool={pool} />}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="sm" c="dimmed">
        {t('pricesText')}
      </Text>
      {models.map((one) => (
        <Overrides key={one.model} model={one} isNamed={models.length > 1} />
      ))}
    </Stack>
  );
}

interface RowProps {
  label: string;
  models: readonly GatewayModelView[];
  cell: (model: GatewayModelView) => React.ReactNode;
}

function Row({ label, models, cell }: RowProps) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {label}
      </Table.Th>
      {models.map((one) => (
        <Table.Td key={one.model} ta="end">
          {cell(one)}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

function Allowed({ model: { is_allowed } }: { model: GatewayModelView }) {
  const t = useTranslations('models');
  return <StatusBadge tone={is_allowed ? 'good' : 'waiting'}>{t(is_allowed ? 'allowed' : 'notAllowed')}</StatusBadge>;
}

/** What the person pays, and below it the provider's list price. */
function BothPrices({ model, pool }: { model: GatewayModelView; pool: (typeof POOLS)[number] }) {
  const t = useTranslations('models');
  const listed = model.list_prices[pool];
  return (
    <>
      <Price value={model.platform_prices[pool]} isFree={model.is_free} />
      {listed !== null && !model.is_free && (
        <Text size="xs" c="dimmed" component="div">
          {t.rich('listPrice', { price: () => <Money value={listed} currency="usd" /> })}
        </Text>
      )}
    </>
  );
}

/** Prices under conditions, such as long prompts or times of the day. */
function Overrides({ model, isNamed }: { model: GatewayModelView; isNamed: boolean }) {
  const t = useTranslations('models');
  const { overrides } = model.platform_prices;
  if (overrides.length === 0) return null;
  return (
    <Alert color="gray" title={isNamed ? t('overridesOf', { model: model.name ?? model.model }) : t('overrides')}>
      <List size="sm">
        {overrides.map((override) => (
          <List.Item key={JSON.stringify(override)}>
            <Override override={override} />
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Override({ override }: { override: PriceOverrideView }) {
  const t = useTranslations('models');
  const format = useFormat();
  const { min_prompt_tokens, service_tier, utc_start, utc_end } = override;
  const conditions = [
    min_prompt_tokens !== undefined && t('fromTokens', { count: format.count(min_prompt_tokens) }),
    service_tier !== undefined && t('serviceTier', { tier: service_tier }),
    utc_start !== undefined && utc_end !== undefined && t('between', { from: utc_start, to: utc_end }),
  ].filter((one) => one !== false);
  const prices = POOLS.flatMap((pool) => {
    const value = override[pool];
    return value === null || value === undefined ? [] : [{ pool, value }];
  });
  return (
    <>
      {conditions.join(', ')}
      {prices.map(({ pool, value }) => (
        <Group key={pool} justify="space-between" gap="lg">
          <span>{t(`prices.${pool}`)}</span>
          <Amount value={value} />
        </Group>
      ))}
    </>
  );
}
