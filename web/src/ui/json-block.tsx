import { Code } from '@mantine/core';

/** Data of any shape as it is stored. */
export function JsonBlock({ label, value }: { label: string; value: unknown }) {
  return (
    <Code block tabIndex={0} role="region" aria-label={label} className="json">
      {JSON.stringify(value, null, 2)}
    </Code>
  );
}
