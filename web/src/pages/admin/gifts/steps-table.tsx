import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { welcomeSteps } from '../../../api/admin/gifts.ts';
import { api } from '../../../api/client.ts';
import type { WelcomeStepView } from '../../../api/schema.gen.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import { Amount } from '../../../ui/amount.tsx';
import type { Column } from '../../../ui/column.ts';
import { SmallTable } from '../../../ui/small-table.tsx';
import { Empty, Loaded } from '../../../ui/states.tsx';

/** The steps that new users get credits for, by source. A step that is added again replaces the earlier one. */
export function StepsTable() {
  const t = useTranslations('admin.gifts');
  const query = useQuery(welcomeSteps());
  const columns = useColumns();
  return (
    <Loaded query={query} height={200}>
      {(steps) => (
        <SmallTable
          label={t('steps')}
          rows={steps}
          columns={columns}
          rowId={({ source, on }) => `${source} ${on}`}
          empty={<Empty title={t('noSteps')} text={t('noStepsText')} />}
        />
      )}
    </Loaded>
  );
}

function useColumns(): Column<WelcomeStepView>[] {
  const t = useTranslations('admin.gifts');
  const step = useTranslations('welcome.step');
  return [
    { id: 'source', header: t('source'), cell: ({ source }) => (source === '*' ? t('everySource') : source) },
    { id: 'on', header: t('step'), cell: ({ on }) => step(on) },
    { id: 'credits', header: t('credits'), cell: ({ credits }) => <Amount value={credits} />, isNumber: true },
    { id: 'days', header: t('expires'), cell: ({ expires_days }) => expires_days, isNumber: true },
    {
      id: 'remove',
      header: t('change'),
      cell: ({ source, on }) => (
        <ConfirmedAction
          label={t('remove')}
          question={t('removeQuestion')}
          done={t('removed')}
          isDangerous
          button={{ size: 'xs' }}
          action={() => api.DELETE('/api/v1/admin/welcome', { params: { query: { source, on } } })}
        />
      ),
    },
  ];
}
