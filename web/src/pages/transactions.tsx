import { Page } from '../ui/page.tsx';

export function Transactions() {
  return <Page title="Transactions">{null}</Page>;
}
