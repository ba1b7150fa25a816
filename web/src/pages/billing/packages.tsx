import { Badge, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { packages } from '../../api/billing.ts';
import type { PackageOfferView } from '../../api/schema.gen.ts';
import { percentOf } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { Amount, Money } from '../../ui/amount.tsx';
import { Empty, Loaded, ProblemAlert } from '../../ui/states.tsx';
import { useCheckout } from './checkout.ts';

/** Packages of credits, which are bought once. */
export function Packages() {
  const t = useTranslations('billing');
  const query = useQuery(packages());
  const checkout = useCheckout();
  return (
    <section>
      <Title order={2} mb="sm">
        {t('packages')}
      </Title>
      {checkout.error && <ProblemAlert error={checkout.error} />}
      <Loaded query={query} height={160}>
        {(all) =>
          all.length === 0 ? (
            <Card>
              <Empty title={t('noPackages')} text={t('noPackagesText')} />
            </Card>
          ) : (
            <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
              {all.map((offer) => (
                <PackageCard
                  key={offer.package_code}
                  offer={offer}
                  isDisabled={checkout.isPending}
                  isLoading={checkout.isPending && isOf(checkout.variables, offer)}
                  onBuy={() => checkout.mutate({ package_code: offer.package_code })}
                />
              ))}
            </SimpleGrid>
          )
        }
      </Loaded>
    </section>
  );
}

const isOf = (goods: object | undefined, { package_code }: PackageOfferView): boolean =>
  goods !== undefined && 'package_code' in goods && goods.package_code === package_code;

interface PackageCardProps {
  offer: PackageOfferView;
  isDisabled: boolean;
  isLoading: boolean;
  onBuy: () => void;
}

function PackageCard({ offer, isDisabled, isLoading, onBuy }: PackageCardProps) {
  const t = useTranslations('billing');
  const format = useFormat();
  const { name, description, credits, price } = offer;
  const share = percentOf(price, credits);
  const saving = share !== null && share < 100 ? 100 - share : null;
  return (
    <Card>
      <Stack h="100%" gap="xs">
        <Group justify="space-between" wrap="nowrap">
          <Title order={3} fz="md">
            {name}
          </Title>
          {saving !== null && (
            <Badge variant="light" color="teal" tt="none">
              {t('saving', { percent: format.percent(saving) })}
            </Badge>
          )}
        </Group>
        <Text component="div" className="stat">
          <Money value={price} currency="usd" />
        </Text>
        <Text size="sm" c="dimmed" component="div">
          {t.rich('gives', { amount: () => <Amount value={credits} withUnit /> })}
        </Text>
        {description && <Text size="sm">{description}</Text>}
        <div className="bottom">
          <Button
            fullWidth
            className="wrapping"
            loading={isLoading}
            disabled={isDisabled && !isLoading}
            onClick={onBuy}
          >
            {t('buy', { name })}
          </Button>
        </div>
      </Stack>
    </Card>
  );
}
