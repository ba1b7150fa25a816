import { Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { ModelPriceView, PricedPartView, ReceiptView } from '../../api/schema.gen.ts';
import { type AmountText, amountOf, unitsOf } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { Amount } from '../amount.tsx';
import { useWords } from '../words.ts';

type Usage = NonNullable<ReceiptView['usage']>;

/** The sum that made the amount: quantities times prices, then the provider's cost, the markup and the total. */
export function Arithmetic({ line, usage }: { line: ReceiptView; usage: Usage }) {
  const t = useTranslations('receipt');
  const format = useFormat();
  const { parts, price, is_rated, provider_cost, platform_markup, total_cost, markup_rate, markup_rule } = usage;
  const charged = amountOf(-unitsOf(line.amount));
  const markup = markup_rate === null ? t('markup') : t('markupOf', { rate: format.share(markup_rate) });
  return (
    <section>
      <Title order={2} mb="xs">
        {t('arithmetic')}
      </Title>
      <Table layout="fixed" verticalSpacing={8} className="arithmetic">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('what')}</Table.Th>
            <Table.Th ta="end" w="46%">
              {t('credits')}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {parts.map((part) => (
            <Part key={part.measure} part={part} price={price} serviceTier={usage.service_tier} />
          ))}
          <Row
            label={t('providerCost')}
            detail={parts.length === 0 && is_rated ? t('statedByCaller') : undefined}
            value={provider_cost}
          />
          {is_rated && (
            <Row
              label={markup}
              detail={markup_rule === null ? undefined : t('rule', { rule: markup_rule })}
              value={platform_markup}
              sign="+"
            />
          )}
          <Row label={t('total')} value={total_cost} isTotal />
          {unitsOf(total_cost) !== unitsOf(charged) && (
            <Row label={t('charged')} detail={t(whyDifferent(usage, charged))} value={charged} isTotal />
          )}
        </Table.Tbody>
      </Table>
    </section>
  );
}

/** The line keeps its first amount; a correction is a line of its own. */
function whyDifferent({ is_free_tier, is_rated, total_cost }: Usage, charged: AmountText) {
  if (is_free_tier) return 'differsFree';
  if (!is_rated) return 'differsProvisional';
  return unitsOf(total_cost) < unitsOf(charged) ? 'differsLess' : 'differsMore';
}

interface PartProps {
  part: PricedPartView;
  price: ModelPriceView | null;
  serviceTier: string | null;
}

/** One quantity with its price. */
function Part({ part, price, serviceTier }: PartProps) {
  const t = useTranslations('receipt');
  const format = useFormat();
  const measureName = useWords('measure');
  const tierName = useWords('serviceTier');
  const { measure, count, multiplier, cost } = part;
  const usd = format.money(part.price, 'USD');
  const each = isTokens(measure) ? t('perMillion', { price: usd }) : t('perUnit', { price: usd });
  const list = listPriceOf(price, measure);
  const hasStep = list !== null && unitsOf(list) !== unitsOf(part.price);
  const hasFactor = unitsOf(multiplier) !== unitsOf('1');
  const factor = { factor: format.exact(multiplier, 0), tier: tierName(serviceTier ?? 'standard') };
  return (
    <Row
      label={measureName(measure)}
      detail={
        <>
          {format.exact(count, 0)} × {each}
          {hasFactor && ` ${t('factor', factor)}`}
          {hasStep && <div>{t('step', { price: format.money(list, 'USD') })}</div>}
        </>
      }
      value={cost}
    />
  );
}

interface RowProps {
  label: string;
  detail?: ReactNode;
  value: AmountText;
  sign?: '+';
  isTotal?: boolean;
}

function Row({ label, detail, value, sign, isTotal = false }: RowProps) {
  return (
    <Table.Tr data-total={isTotal || undefined}>
      <Table.Td>
        <Text size="sm" fw={isTotal ? 650 : 500}>
          {label}
        </Text>
        {detail && (
          <Text size="xs" c="dimmed" component="div" className="numbers">
            {detail}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="end" fw={isTotal ? 650 : 400}>
        {sign}
        <Amount value={value} isAligned />
      </Table.Td>
    </Table.Tr>
  );
}

const isTokens = (measure: string): boolean => measure.endsWith('token') || measure.endsWith('tokens');

/** @returns the price without steps; where it differs from what was applied, a step or time of day did */
function listPriceOf(price: ModelPriceView | null, measure: string): AmountText | null {
  if (!price) return null;
  const name = isTokens(measure) ? measure.replace(/_tokens?$/, '_per_million') : `per_${measure}`;
  return (price as unknown as Record<string, AmountText | null | undefined>)[name] ?? null;
}
