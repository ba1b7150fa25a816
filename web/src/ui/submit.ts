import type { UseFormReturnType } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import { Problem } from '../api/problem.ts';
import { newIdempotencyKey } from '../lib/idempotency-key.ts';

interface SubmitOptions<V, R> {
  form: UseFormReturnType<V>;
  /**
   * Sends the values. `idempotencyKey` stays the same until it has succeeded, so that a repeated click or a repetition
   * after a lost response acts once.
   */
  send: (values: V, idempotencyKey: string) => Promise<R>;
  /** Text of the notification after success. */
  done: string;
  onDone?: (result: R) => void;
}

/**
 * Sends a form. Messages of the service appear at their fields, the others in `error`; what was typed stays. After
 * success every list is read again.
 */
export function useSubmit<V extends Record<string, unknown>, R>({
  form,
  send,
  done,
  onDone,
}: SubmitOptions<V, R>): UseMutationResult<R, Error, V> {
  const queries = useQueryClient();
  const [key, setKey] = useState(newIdempotencyKey);
  return useMutation<R, Error, V>({
    mutationFn: (values) => send(values, key),
    onSuccess: async (result) => {
      setKey(newIdempotencyKey());
      // first the lists, so that nobody acts on what they showed before
      await queries.invalidateQueries();
      notifications.show({ message: done });
      onDone?.(result);
    },
    onError: (error) => {
      if (!(error instanceof Problem)) return;
      // the service stored a refusal under the key, so that changed values need a new one
      if (error.is_final) setKey(newIdempotencyKey());
      const fields = Object.entries(error.byField()).filter(([field]) => field in form.getValues());
      form.setErrors(Object.fromEntries(fields));
    },
  });
}
