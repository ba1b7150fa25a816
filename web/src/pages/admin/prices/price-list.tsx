import { Card, Group, Select, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { priceList } from '../../../api/admin/prices.ts';
import type { ModelPriceView, PriceClass } from '../../../api/schema.gen.ts';
import { defined } from '../../../lib/defined.ts';
import { useFormat } from '../../../lib/format.ts';
import { oneOf } from '../../../lib/search.ts';
import { Money } from '../../../ui/amount.tsx';
import { ClearFilters, SearchInput } from '../../../ui/filters.tsx';
import type { Column } from '../../../ui/column.ts';
import { ListTable } from '../../../ui/list-table.tsx';
import { OpenButton } from '../../../ui/open-button.tsx';
import { Empty } from '../../../ui/states.tsx';
import { MORE_PRICES } from './columns.ts';

const route = getRouteApi('/shell/admin/prices');
export const PRICE_CLASSES = ['free', 'budget', 'standard', 'premium'] as const satisfies PriceClass[];

/** The prices in effect. */
export function PriceList() {
  const t = useTranslations('admin.prices');
  const terms = useTranslations();
  const { search, class: priceClass } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: Partial<ReturnType<typeof route.useSearch>>) =>
    void navigate({ search: (now) => defined({ ...now, ...next }), replace: true });
  const query = useInfiniteQuery(priceList({ search, class: oneOf(PRICE_CLASSES, priceClass) }));
  const columns = useColumns();
  return (
    <Card padding={0}>
      <Group p="md" gap="sm" role="search" aria-label={t('filter')}>
        <SearchInput label={t('search')} value={search} onChange={(text) => change({ search: text })} />
        <Select
          aria-label={t('class')}
          placeholder={t('anyClass')}
          clearable
          data={PRICE_CLASSES.map((value) => ({ value, label: terms(`priceClass.${value}`) }))}
          value={priceClass ?? null}
          onChange={(value) => change({ class: value ?? undefined })}
          flex="0 1 180px"
        />
        <ClearFilters
          isShown={search !== undefined || priceClass !== undefined}
          onClear={() => change({ search: undefined, class: undefined })}
        />
      </Group>
      <ListTable
        label={t('tabs.prices')}
        query={query}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ model, service }) => void navigate({ search: (now) => ({ ...now, model, service }) })}
        empty={<Empty title={t('none')} text={t('noneText')} />}
      />
    </Card>
  );
}

function useColumns(): Column<ModelPriceView>[] {
  const t = useTranslations('admin.prices');
  const terms = useTranslations();
  const format = useFormat();
  return useMemo(() => {
    /** What a model costs that is not priced by tokens. */
    const unitPriceOf = (price: ModelPriceView) => {
      const column = MORE_PRICES.find((name) => price[name] !== null);
      const value = column && price[column];
      if (!value || price.input_per_million !== null) return null;
      return t('unitPrice', { price: format.money(value, 'USD'), unit: terms(`price.${column}`) });
    };
    const perMillion = (column: 'input_per_million' | 'output_per_million' | 'cache_read_per_million') =>
      function PerMillion(price: ModelPriceView) {
        const value = price[column];
        return value === null ? '–' : <Money value={value} currency="USD" />;
      };
    return [
      {
        id: 'model',
        header: t('model'),
        cell: (row) => (
          <div className="clip">
            <OpenButton>{row.model === '*' ? t('everyModel') : row.model}</OpenButton>
            <Text size="xs" c="dimmed" truncate>
              {[row.name, row.service === '*' ? null : row.service, unitPriceOf(row)].filter(Boolean).join(' · ')}
            </Text>
          </div>
        ),
      },
      { id: 'class', header: t('class'), isWideOnly: true, cell: (row) => terms(`priceClass.${row.class}`) },
      { id: 'input', header: t('inputShort'), isNumber: true, cell: perMillion('input_per_million') },
      { id: 'output', header: t('outputShort'), isNumber: true, cell: perMillion('output_per_million') },
      {
        id: 'cache',
        header: t('cacheShort'),
        isNumber: true,
        isWideOnly: true,
        cell: perMillion('cache_read_per_million'),
      },
      {
        id: 'markup',
        header: t('markup'),
        isNumber: true,
        isWideOnly: true,
        cell: (row) => format.share(row.markup_rate),
      },
      { id: 'source', header: t('source'), isWideOnly: true, cell: ({ source }) => source },
      {
        id: 'since',
        header: t('since'),
        isNumber: true,
        isWideOnly: true,
        cell: (row) => format.day(row.effective_from),
      },
    ];
  }, [t, terms, format]);
}
