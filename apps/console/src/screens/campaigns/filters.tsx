import { Button, Checkbox, Menu, NativeSelect, Popover, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Icon } from '../../ui/icons';
import { COLUMN_IDS, type ColumnId } from './column-ids';
import { COLUMNS } from './columns';
import { PACES, STATUSES, type CampaignsSearch } from './search';
import { BUILT_IN_VIEWS, useSavedViews } from './views';

interface Props {
  readonly search: CampaignsSearch;
  readonly look: (search: CampaignsSearch) => void;
  readonly shown: readonly ColumnId[];
  readonly setShown: (shown: readonly ColumnId[]) => void;
}

const PACE_WORDS = { over: '▲ ahead of plan', under: '▼ behind plan', on: '● on plan' } as const;

/** Which campaigns, in which columns. */
export function Filters({ search, look, shown, setShown }: Props) {
  const { q: _q, status: _status, pace: _pace, ...order } = search;
  const change = (filters: Pick<CampaignsSearch, 'q' | 'status' | 'pace'>): void =>
    look({ ...order, ...filters });
  const { q, status, pace } = search;
  const kept = {
    ...(q === undefined ? {} : { q }),
    ...(status === undefined ? {} : { status }),
    ...(pace === undefined ? {} : { pace }),
  };
  const without = (member: 'q' | 'status' | 'pace') => {
    const { [member]: _, ...rest } = kept;
    return rest;
  };
  return (
    <div className="fd-filters" role="search">
      <TextInput
        data-search
        aria-label="Search campaigns"
        placeholder="Search name, id, advertiser, tag"
        leftSection={<Icon name="search" size={14} />}
        value={q ?? ''}
        w={250}
        onChange={({ currentTarget: { value } }) =>
          change(value === '' ? without('q') : { ...kept, q: value })
        }
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <NativeSelect
        aria-label="Status"
        value={status ?? ''}
        data={[{ value: '', label: 'Any status' }, ...STATUSES.map((value) => ({ value, label: value }))]}
        onChange={({ currentTarget: { value } }) => {
          const found = STATUSES.find((one) => one === value);
          change(found === undefined ? without('status') : { ...kept, status: found });
        }}
      />
      <NativeSelect
        aria-label="Pace"
        value={pace ?? ''}
        data={[
          { value: '', label: 'Any pace' },
          ...PACES.map((value) => ({ value, label: PACE_WORDS[value] })),
        ]}
        onChange={({ currentTarget: { value } }) => {
          const found = PACES.find((one) => one === value);
          change(found === undefined ? without('pace') : { ...kept, pace: found });
        }}
      />
      <Views search={search} look={look} />
      <Columns shown={shown} setShown={setShown} />
    </div>
  );
}

function Views({ search, look }: Pick<Props, 'search' | 'look'>) {
  const { views, save, forget } = useSavedViews();
  const [name, setName] = useState('');
  const add = (): void => {
    if (name.trim() === '') return;
    save({ name: name.trim(), search });
    setName('');
  };
  return (
    <Menu closeOnItemClick width={240}>
      <Menu.Target>
        <Button variant="default" leftSection={<Icon name="star" size={14} />}>
          Views
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {BUILT_IN_VIEWS.map((view) => (
          <Menu.Item key={view.name} onClick={() => look(view.search)}>
            {view.name}
          </Menu.Item>
        ))}
        {views.length > 0 && <Menu.Divider />}
        {views.map((view) => (
          <Menu.Item key={view.name} onClick={() => look(view.search)}>
            {view.name}
          </Menu.Item>
        ))}
        {views.map((view) => (
          <Menu.Item key={`forget ${view.name}`} c="dimmed" onClick={() => forget(view.name)}>
            Forget “{view.name}”
          </Menu.Item>
        ))}
        <Menu.Divider />
        <div style={{ padding: 6, display: 'flex', gap: 6 }}>
          <TextInput
            aria-label="Name of this view"
            placeholder="Name of this view"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => {
              event.stopPropagation();
              if (event.key === 'Enter') add();
            }}
          />
          <Button disabled={name.trim() === ''} onClick={add}>
            Save
          </Button>
        </div>
      </Menu.Dropdown>
    </Menu>
  );
}

function Columns({ shown, setShown }: Pick<Props, 'shown' | 'setShown'>) {
  const toggle = (id: ColumnId): void =>
    setShown(COLUMN_IDS.filter((one) => (one === id ? !shown.includes(id) : shown.includes(one))));
  return (
    <Popover position="bottom-start" shadow="md">
      <Popover.Target>
        <Button variant="default" leftSection={<Icon name="columns" size={14} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={6}>
          {COLUMNS.map(({ id, label }) => (
            <Checkbox
              key={id}
              label={label}
              checked={shown.includes(id)}
              disabled={id === 'name'}
              onChange={() => toggle(id)}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
