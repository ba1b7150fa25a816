import { Button, Card, Checkbox, Group, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type SyntheticEvent, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { couponCodes } from '../../api/admin/coupon-codes.ts';
import type { CouponView } from '../../api/schema.gen.ts';
import { defined } from '../../lib/defined.ts';
import { useFormat } from '../../lib/format.ts';
import type { Column } from '../../ui/column.ts';
import { ListTable } from '../../ui/list-table.tsx';
import { OpenButton } from '../../ui/open-button.tsx';
import { Page } from '../../ui/page.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { Empty } from '../../ui/states.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { BulkForm, CouponForm } from './coupons/coupon-form.tsx';
import { CouponPanel } from './coupons/coupon-panel.tsx';
import { useCouponValue } from './coupons/coupon-value.tsx';

const route = getRouteApi('/shell/admin/coupons');

/** Coupons: create one or many, and see how they are used. */
export function CouponCodes() {
  const t = useTranslations('admin.coupons');
  const { filter, code, panel } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: Partial<ReturnType<typeof route.useSearch>>) =>
    void navigate({ search: (now) => defined({ ...now, ...next }) });
  const query = useInfiniteQuery(couponCodes(filter !== 'all'));
  const close = () => change({ code: undefined, panel: undefined });
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      isWide
      actions={
        <>
          <Button variant="default" onClick={() => change({ panel: 'bulk' })}>
            {t('bulk')}
          </Button>
          <Button onClick={() => change({ panel: 'new' })}>{t('add')}</Button>
        </>
      }
    >
      <Card padding={0}>
        <Group p="md" gap="sm">
          <CodeSearch onFind={(found) => change({ code: found })} />
          <Checkbox
            label={t('showEnded')}
            checked={filter === 'all'}
            onChange={({ currentTarget }) => change({ filter: currentTarget.checked ? 'all' : undefined })}
          />
        </Group>
        <ListTable
          label={t('title')}
          query={query}
          columns={useColumns()}
          rowId={(coupon) => coupon.code}
          onOpen={(coupon) => change({ code: coupon.code })}
          empty={<Empty title={t('none')} text={t('noneText')} />}
        />
      </Card>
      <SidePanel size="lg" isOpen={panel === 'new'} onClose={close} title={t('add')}>
        <CouponForm onClose={close} />
      </SidePanel>
      <SidePanel size="lg" isOpen={panel === 'bulk'} onClose={close} title={t('bulk')}>
        <BulkForm onClose={close} />
      </SidePanel>
      {code !== undefined && <CouponPanel code={code} onClose={close} />}
    </Page>
  );
}

/** Opens a coupon by its code: somebody asks about one. */
function CodeSearch({ onFind }: { onFind: (code: string) => void }) {
  const t = useTranslations('admin.coupons');
  const [typed, setTyped] = useState('');
  const find = (event: SyntheticEvent) => {
    event.preventDefault();
    if (typed.trim() !== '') onFind(typed.trim().toUpperCase());
  };
  return (
    <form onSubmit={find} role="search">
      <Group gap="xs">
        <TextInput
          aria-label={t('findCode')}
          placeholder={t('findCode')}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <Button type="submit" variant="default">
          {t('find')}
        </Button>
      </Group>
    </form>
  );
}

function useColumns(): Column<CouponView>[] {
  const t = useTranslations('admin.coupons');
  const terms = useTranslations();
  const format = useFormat();
  const valueOf = useCouponValue();
  return useMemo(
    () => [
      { id: 'code', header: t('code'), cell: ({ code }) => <OpenButton>{code}</OpenButton> },
      { id: 'type', header: t('type'), isWideOnly: true, cell: (row) => terms(`couponType.${row.coupon_type}`) },
      { id: 'value', header: t('value'), isNumber: true, cell: valueOf },
      {
        id: 'used',
        header: t('used'),
        isNumber: true,
        cell: ({ used_count, max_uses }) =>
          max_uses === null
            ? format.count(used_count)
            : t('usedOf', { used: format.count(used_count), max: format.count(max_uses) }),
      },
      {
        id: 'expires',
        header: t('expires'),
        isNumber: true,
        isWideOnly: true,
        cell: ({ expires_at }) => (expires_at === null ? t('never') : format.minute(expires_at)),
      },
      {
        id: 'state',
        header: t('state'),
        isWideOnly: true,
        cell: (row) => <CouponState coupon={row} />,
      },
    ],
    [t, terms, format, valueOf],
  );
}

function CouponState({ coupon }: { coupon: CouponView }) {
  const t = useTranslations('admin.coupons');
  if (!coupon.is_active) return <StatusBadge tone="neutral">{t('states.deactivated')}</StatusBadge>;
  if (coupon.is_expired) return <StatusBadge tone="neutral">{t('states.expired')}</StatusBadge>;
  if (coupon.remaining_uses === 0) return <StatusBadge tone="neutral">{t('states.usedUp')}</StatusBadge>;
  return <StatusBadge tone="good">{t('states.active')}</StatusBadge>;
}
