import { Button, Card, Checkbox, Group, Select, Text } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { models } from '../api/models.ts';
import type { GatewayModelView } from '../api/schema.gen.ts';
import { defined } from '../lib/defined.ts';
import { useFormat } from '../lib/format.ts';
import { oneOf } from '../lib/search.ts';
import { ClearFilters, SearchInput } from '../ui/filters.tsx';
import type { Column } from '../ui/column.ts';
import { ListTable } from '../ui/list-table.tsx';
import { OpenButton } from '../ui/open-button.tsx';
import { Page } from '../ui/page.tsx';
import { SidePanel } from '../ui/side-panel.tsx';
import { Empty } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Comparison, Price } from './models/comparison.tsx';
import { FILTERS, selectModels, SORTS } from './models/selection.ts';

const route = getRouteApi('/shell/models');
const COMPARED_MAX = 4;

/** The catalogue with the person's own prices; models open one by one or beside each other. */
export function Models() {
  const t = useTranslations('models');
  const { search, filter, sort, compare = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const wanted = useMemo(
    () => ({ search, filter: oneOf(FILTERS, filter), sort: oneOf(SORTS, sort) }),
    [search, filter, sort],
  );
  const query = useInfiniteQuery({
    ...models(),
    select: useCallback(
      ({ pages, pageParams }: { pages: Catalogue[]; pageParams: unknown[] }) => ({
        pageParams,
        pages: pages.map((page) => ({ ...page, ...selected(page, wanted) })),
      }),
      [wanted],
    ),
  });
  const catalogue = query.data?.pages[0];
  const compared = useMemo(() => compare.split(',').filter(Boolean), [compare]);
  const [picked, setPicked] = useState<readonly string[]>(compared.length > 1 ? compared : []);
  const shown = compared.flatMap((id) => catalogue?.all.find(({ model }) => model === id) ?? []);
  const change = (next: Partial<Record<'search' | 'filter' | 'sort' | 'compare', string | undefined>>) =>
    void navigate({ search: (before) => defined({ ...before, ...next }), replace: next.compare === undefined });
  const pick = (model: string, isPicked: boolean) =>
    setPicked((before) => (isPicked ? [...before, model] : before.filter((one) => one !== model)));
  return (
    <Page
      title={t('title')}
      subtitle={catalogue ? t('count', { count: catalogue.items.length }) : t('subtitle')}
      isWide
      actions={
        <Button
          visibleFrom="sm"
          leftSection={<IconScale size={16} aria-hidden />}
          disabled={picked.length < 2}
          onClick={() => change({ compare: picked.join(',') })}
        >
          {t('compare', { count: picked.length })}
        </Button>
      }
    >
      <Card p={0}>
        <Filters {...{ search, filter, sort }} onChange={change} />
        <ListTable
          label={t('title')}
          query={query}
          columns={useColumns(picked, pick)}
          rowId={({ model }) => model}
          onOpen={({ model }) => change({ compare: model })}
          empty={<Empty title={t('none')} text={t('noneText')} />}
        />
      </Card>
      <SidePanel
        title={shown.length > 1 ? t('comparison') : (shown[0]?.model ?? '')}
        size={shown.length > 1 ? 'xl' : 'md'}
        isOpen={shown.length > 0}
        onClose={() => change({ compare: undefined })}
      >
        <Comparison models={shown} />
      </SidePanel>
    </Page>
  );
}

interface Catalogue {
  items: GatewayModelView[];
  next: string | null;
  total: number | null;
}

/** All models are kept beside the selected ones, because a compared model need not match the filters. */
function selected({ items }: Catalogue, wanted: Parameters<typeof selectModels>[1]) {
  const found = selectModels(items, wanted);
  return { all: items, items: found, total: found.length };
}

interface FiltersProps {
  search: string | undefined;
  filter: string | undefined;
  sort: string | undefined;
  onChange: (next: Partial<Record<'search' | 'filter' | 'sort', string | undefined>>) => void;
}

function Filters({ search, filter, sort, onChange }: FiltersProps) {
  const t = useTranslations('models');
  return (
    <Group p="md" gap="sm">
      <SearchInput label={t('search')} value={search} onChange={(next) => onChange({ search: next })} />
      <Select
        aria-label={t('show')}
        placeholder={t('all')}
        clearable
        clearButtonProps={{ 'aria-label': t('all') }}
        data={FILTERS.map((value) => ({ value, label: t(`filter.${value}`) }))}
        value={oneOf(FILTERS, filter) ?? null}
        onChange={(value) => onChange({ filter: value ?? undefined })}
        flex="1 1 150px"
        maw={{ sm: 190 }}
      />
      <Select
        aria-label={t('sort')}
        allowDeselect={false}
        data={SORTS.map((value) => ({ value, label: t(`sorting.${value}`) }))}
        value={oneOf(SORTS, sort) ?? 'name'}
        onChange={(value) => onChange({ sort: value === 'name' ? undefined : (value ?? undefined) })}
        flex="1 1 150px"
        maw={{ sm: 190 }}
      />
      <ClearFilters
        isShown={[search, filter, sort].some((one) => one !== undefined)}
        onClear={() => onChange({ search: undefined, filter: undefined, sort: undefined })}
      />
    </Group>
  );
}

function useColumns(picked: readonly string[], pick: (model: string, isPicked: boolean) => void) {
  const t = useTranslations('models');
  const format = useFormat();
  const price = (
    id: 'input_per_million' | 'output_per_million' | 'cache_read_per_million',
  ): Column<GatewayModelView> => ({
    id,
    header: t(`prices.${id}`),
    isNumber: true,
    isWideOnly: id === 'cache_read_per_million',
    cell: ({ platform_prices, is_free }) => <Price value={platform_prices[id]} isFree={is_free} />,
  });
  const columns: Column<GatewayModelView>[] = [
    {
      id: 'pick',
      header: t('pick'),
      isWideOnly: true,
      cell: ({ model }) => (
        <Checkbox
          size="xs"
          aria-label={t('pickModel', { model })}
          checked={picked.includes(model)}
          disabled={picked.length >= COMPARED_MAX && !picked.includes(model)}
          onClick={(event) => event.stopPropagation()}
          onChange={({ currentTarget }) => pick(model, currentTarget.checked)}
        />
      ),
    },
    {
      id: 'model',
      header: t('model'),
      cell: ({ model, name }) => (
        <div className="clip">
          <OpenButton>{name ?? model}</OpenButton>
          {name !== null && (
            <Text size="xs" c="dimmed" truncate>
              {model}
            </Text>
          )}
        </div>
      ),
    },
    {
      id: 'class',
      header: t('class'),
      isWideOnly: true,
      cell: ({ class: price_class, is_allowed }) =>
        is_allowed ? (
          <StatusBadge tone={price_class === 'free' ? 'good' : 'neutral'}>{t(`filter.${price_class}`)}</StatusBadge>
        ) : (
          <StatusBadge tone="waiting">{t('notAllowed')}</StatusBadge>
        ),
    },
    {
      id: 'context',
      header: t('context'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ context_length }) => (context_length === null ? '–' : format.compact(context_length)),
    },
    price('input_per_million'),
    price('output_per_million'),
    price('cache_read_per_million'),
  ];
  return columns;
}
