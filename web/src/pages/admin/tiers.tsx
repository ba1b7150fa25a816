import { Page } from '../../ui/page.tsx';

export function Tiers() {
  return <Page title="Tiers">{null}</Page>;
}
