import { CopyButton, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useTranslations } from 'use-intl';

const WHOLE_CHARACTERS = 20;

/** An id, shortened if it is long, that a click copies as a whole. */
export function CopyId({ id }: { id: string }) {
  const t = useTranslations('state');
  const shown = id.length > WHOLE_CHARACTERS ? `${id.slice(0, 8)}…${id.slice(-6)}` : id;
  return (
    <CopyButton value={id}>
      {({ copied, copy }) => (
        <UnstyledButton onClick={copy} fz="sm" ff="monospace" title={id}>
          <VisuallyHidden>{t('copy', { what: '' })}</VisuallyHidden>
          {copied ? t('copied') : shown}
        </UnstyledButton>
      )}
    </CopyButton>
  );
}
