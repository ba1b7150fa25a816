import { Page } from '../../ui/page.tsx';

export function LiteLlm() {
  return <Page title="LiteLlm">{null}</Page>;
}
