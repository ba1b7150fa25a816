import { Page } from '../../ui/page.tsx';

export function Prices() {
  return <Page title="Prices">{null}</Page>;
}
