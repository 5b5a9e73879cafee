import { NativeSelect, TextInput } from '@mantine/core';
import type { Fact } from '../../api/generated/types.gen';
import { textOf, valueOf } from './tree';

/** The value in the fact's type; a value of `{"fact": …}` compares two facts. */
export function ValueField({
  fact,
  value,
  readOnly,
  onChange,
}: {
  readonly fact: Fact | undefined;
  readonly value: unknown;
  readonly readOnly: boolean;
  readonly onChange: (value: unknown) => void;
}) {
  if (fact?.type === 'boolean' && typeof value === 'boolean')
    return (
      <NativeSelect
        aria-label="Value"
        size="xs"
        disabled={readOnly}
        data={[
          { value: 'true', label: 'yes' },
          { value: 'false', label: 'no' },
        ]}
        value={String(value)}
        onChange={(event) => onChange(event.currentTarget.value === 'true')}
      />
    );
  const unit = typeof value === 'number' ? fact?.unit : null;
  return (
    <TextInput
      // A number that is being typed is not yet one (`0.`): the field keeps the text until it is left.
      key={textOf(value)}
      aria-label="Value"
      size="xs"
      disabled={readOnly}
      defaultValue={textOf(value)}
      rightSection={unit === null || unit === undefined ? undefined : <span className="fd-unit">{unit}</span>}
      rightSectionWidth={unit === null || unit === undefined ? undefined : 14 + 6.5 * unit.length}
      rightSectionPointerEvents="none"
      onBlur={(event) => onChange(valueOf(event.currentTarget.value, fact?.type ?? 'number'))}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  );
}
