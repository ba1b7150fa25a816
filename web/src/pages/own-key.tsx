import { Page } from '../ui/page.tsx';

export function OwnKey() {
  return <Page title="OwnKey">{null}</Page>;
}
