import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { isTree, parsed } from './tree';

/** A JSON object in a field; told once what is typed is one. */
export function JsonField({
  label,
  value,
  readOnly,
  error,
  onChange,
}: {
  readonly label: string;
  readonly value: object;
  readonly readOnly: boolean;
  readonly error: string | undefined;
  readonly onChange: (to: Record<string, unknown>) => void;
}) {
  const [text, setText] = useState(() => JSON.stringify(value));
  return (
    <TextInput
      label={label}
      classNames={{ input: 'fd-mono' }}
      disabled={readOnly}
      value={text}
      error={isTree(parsed(text)) ? error : 'This is no JSON object.'}
      onChange={(event) => {
        setText(event.currentTarget.value);
        const object = parsed(event.currentTarget.value);
        if (isTree(object)) onChange({ ...object });
      }}
    />
  );
}
