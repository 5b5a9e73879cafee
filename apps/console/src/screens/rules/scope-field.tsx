import { Select, TagsInput } from '@mantine/core';
import type { Definition } from './definition';

const SCOPES = [
  { value: 'all', label: 'Every campaign' },
  { value: 'campaignIds', label: 'These campaigns' },
  { value: 'advertiserId', label: 'One advertiser' },
  { value: 'tags', label: 'Campaigns tagged' },
];

/** Which campaigns a rule watches. */
export function ScopeField({
  definition: { scope, ...rest },
  readOnly,
  error,
  onChange,
}: {
  readonly definition: Definition;
  readonly readOnly: boolean;
  readonly error: string | undefined;
  readonly onChange: (to: Definition) => void;
}) {
  const kind = Object.keys(scope)[0] ?? 'all';
  const names =
    'campaignIds' in scope
      ? scope.campaignIds
      : 'tags' in scope
        ? scope.tags
        : 'advertiserId' in scope && scope.advertiserId !== ''
          ? [scope.advertiserId]
          : [];
  const set = (to: string | null, of: string[]): void =>
    onChange({ ...rest, scope: scopeOf(to ?? 'all', of) });
  return (
    <div className="fd-pair">
      <Select
        label="Watches"
        allowDeselect={false}
        disabled={readOnly}
        data={SCOPES}
        value={kind}
        error={error}
        onChange={(to) => set(to, [])}
      />
      {kind !== 'all' && (
        <TagsInput
          label="Which"
          disabled={readOnly}
          value={names}
          maxTags={kind === 'advertiserId' ? 1 : 100}
          onChange={(to) => set(kind, to)}
        />
      )}
    </div>
  );
}

function scopeOf(kind: string, names: string[]): Definition['scope'] {
  switch (kind) {
    case 'campaignIds':
      return { campaignIds: names };
    case 'tags':
      return { tags: names };
    case 'advertiserId':
      return { advertiserId: names[0] ?? '' };
    default:
      return { all: true };
  }
}
