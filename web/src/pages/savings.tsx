import { Badge, Button, Card, Group, List, Stack, Text, Title } from '@mantine/core';
import { IconPigMoney } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { RecommendationView } from '../api/schema.gen.ts';
import { me } from '../api/queries.ts';
import { dismissRecommendation, recommendations } from '../api/usage.ts';
import { useFormat } from '../lib/format.ts';
import { ConfirmedAction } from '../ui/action.tsx';
import { Facts } from '../ui/facts.tsx';
import { ButtonLink } from '../ui/links.tsx';
import { OwnAccount } from '../ui/own-account.tsx';
import { Page } from '../ui/page.tsx';
import { may } from '../ui/pages.ts';
import { useSaid } from '../ui/said.ts';
import { Empty, Loaded } from '../ui/states.tsx';
import { planName, switchPlan } from './billing/plan-switch.ts';

/** How to pay less, each with its arithmetic. */
export function Savings() {
  const t = useTranslations('savings');
  const query = useQuery(recommendations());
  return (
    <OwnAccount title={t('title')}>
      <Page title={t('title')} subtitle={t('subtitle')}>
        <Loaded query={query} height={320}>
          {(all) =>
            all.length === 0 ? (
              <Card>
                <Empty icon={<IconPigMoney aria-hidden />} title={t('none')} text={t('noneText')} />
              </Card>
            ) : (
              <Stack>
                {all.map((one) => (
                  <Recommendation key={one.id} recommendation={one} />
                ))}
              </Stack>
            )
          }
        </Loaded>
      </Page>
    </OwnAccount>
  );
}

function Recommendation({ recommendation }: { recommendation: RecommendationView }) {
  const t = useTranslations('savings');
  const said = useSaid();
  const format = useFormat();
  const { kind, details, title, message, caveats, basis, confidence } = recommendation;
  const cost = useCost(recommendation);
  const { data: viewer } = useSuspenseQuery(me());
  return (
    <Card component="article">
      <Stack gap="sm">
        <Group justify="space-between" align="start">
          <Title order={2} className="wrap">
            {said(`recommendation.${kind}.title`, details, title)}
          </Title>
          <Badge color="teal" size="lg" variant="light">
            {t('monthly', { amount: cost(recommendation.saving_monthly) })}
          </Badge>
        </Group>
        <Text size="sm">{said(`recommendation.${kind}.message`, { note: null, ...details }, message)}</Text>
        <Facts
          facts={[
            [t('now'), cost(recommendation.current_cost)],
            [t('then'), cost(recommendation.projected_cost)],
            [t('sure'), t(`confidence.${confidence}`)],
            [
              t('work'),
              t('basis', { requests: basis.requests, from: format.day(basis.from), to: format.day(basis.to) }),
            ],
          ]}
        />
        {caveats.length > 0 && (
          <List size="sm" c="dimmed">
            {caveats.map(({ code, message: original }) => (
              <List.Item key={code}>{said(`caveat.${code}`, {}, original)}</List.Item>
            ))}
          </List>
        )}
        <Group gap="sm">
          <Apply recommendation={recommendation} />
          {may(viewer, 'notifications') && <Dismiss id={recommendation.id} title={title} />}
        </Group>
      </Stack>
    </Card>
  );
}

/** @returns costs as people read them: credits, or dollars when plans are compared */
function useCost({ currency }: RecommendationView) {
  const t = useTranslations('unit');
  const format = useFormat();
  return (value: RecommendationView['current_cost']): string =>
    currency === 'usd' ? format.money(value, 'usd') : t('credits', { amount: format.cents(value) });
}

/** What can be done here: switching the plan, or the page on which it is done. */
function Apply({ recommendation: { kind, apply } }: { recommendation: RecommendationView }) {
  const t = useTranslations('savings');
  const new_tier = apply?.body.new_tier;
  if (new_tier !== undefined) {
    const plan = planName(new_tier);
    return (
      <ConfirmedAction
        label={t('switchPlan', { plan })}
        question={t('switchQuestion', { plan })}
        action={() => switchPlan(new_tier)}
        done={t('switched')}
        button={{ variant: 'filled' }}
      />
    );
  }
  if (kind === 'own_key') return <ButtonLink to="/own-key">{t('connectKey')}</ButtonLink>;
  return kind === 'expiring_credits' ? null : <ButtonLink to="/models">{t('seeModels')}</ButtonLink>;
}

function Dismiss({ id, title }: { id: string; title: string }) {
  const t = useTranslations('savings');
  const queries = useQueryClient();
  const dismiss = useMutation({
    mutationFn: () => dismissRecommendation(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['recommendations'] }),
  });
  return (
    <Button
      variant="default"
      aria-label={`${t('dismiss')}: ${title}`}
      loading={dismiss.isPending}
      onClick={() => dismiss.mutate()}
    >
      {t('dismiss')}
    </Button>
  );
}
