import { Button, Code, FileInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { checkCredits } from '../../../api/admin/bulk.ts';
import { ProblemAlert } from '../../../ui/states.tsx';

const EXAMPLE = 'user_id,amount,reason,source,expires_at\nuser-42,10,June,bonus,2027-12-31\nuser-43,2.5,June,,';

/** Uploads a file of credits to be checked. It is booked only after somebody has looked at the result. */
export function UploadForm({ onChecked }: { onChecked: (id: string) => void }) {
  const t = useTranslations('admin.bulk.imports');
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const check = useMutation({
    mutationFn: checkCredits,
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries();
      onChecked(id);
    },
  });
  return (
    <Stack>
      <Text size="sm">{t('format')}</Text>
      <Code block>{EXAMPLE}</Code>
      <FileInput
        label={t('file')}
        placeholder={t('choose')}
        accept=".csv,.jsonl,.txt,text/csv"
        value={file}
        onChange={setFile}
      />
      {check.error && <ProblemAlert error={check.error} />}
      <Button disabled={file === null} loading={check.isPending} onClick={() => file && check.mutate(file)}>
        {t('check')}
      </Button>
    </Stack>
  );
}
