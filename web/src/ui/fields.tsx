import { TextInput, type TextInputProps } from '@mantine/core';

/** A field for credits, money or another decimal. It stays text: a number input would round and hide what was typed. */
export function AmountInput(props: TextInputProps) {
  return <TextInput inputMode="decimal" autoComplete="off" {...props} />;
}

/** A field for a whole number. */
export function CountInput(props: TextInputProps) {
  return <TextInput inputMode="numeric" autoComplete="off" {...props} />;
}

/** A field for one calendar day, `2026-11-30`. */
export function DayInput(props: TextInputProps) {
  return <TextInput type="date" {...props} />;
}
