import { Button, CopyButton, Modal, Select, TextInput } from '@mantine/core';
import { useMemo, useState, type SyntheticEvent } from 'react';
import type { CreatedKey, CreateKey, Key } from '../../api/generated/types.gen';
import { moment } from '../../format/time';
import { Icon } from '../../ui/icons';
import { Confirm } from '../../ui/confirm';
import { Chip } from '../../ui/page';
import { Refusal } from '../../ui/states';
import type { TableColumn } from '../../ui/table/data-table';
import { TablePanel } from '../../ui/table/table-panel';
import { useCreateKey, useKeys, useRevokeKey } from './use-system';

const ROLES: readonly CreateKey['role'][] = ['manager', 'approver', 'system', 'auditor', 'admin'];

/** API keys: who holds one, and what it opens. */
export function KeysPanel() {
  const keys = useKeys(true);
  const revoke = useRevokeKey();
  const [isCreating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  const columns = useMemo(() => columnsOf(setRevoking), []);
  return (
    <TablePanel
      title="API keys"
      what="keys"
      of={keys}
      rows={({ items }) => items}
      columns={columns}
      rowKey={({ keyId }) => keyId}
      empty={{
        title: 'No keys yet',
        why: 'Give each system and each person a key of their own, with the role they need.',
      }}
      actions={
        <Button
          size="compact-sm"
          leftSection={<Icon name="plus" size={12} />}
          onClick={() => setCreating(true)}
        >
          New key
        </Button>
      }
    >
      {isCreating && <NewKey onClose={() => setCreating(false)} />}
      {revoking !== undefined && (
        <Confirm
          title={`Revoke ${revoking.name}`}
          label="Revoke"
          isPending={revoke.isPending}
          error={revoke.error}
          onConfirm={() => revoke.mutate(revoking.keyId, { onSuccess: () => setRevoking(undefined) })}
          onClose={() => {
            setRevoking(undefined);
            revoke.reset();
          }}
        >
          <p>
            Whoever holds it ({revoking.person ?? 'nobody is named'}, {revoking.role}) is refused from now on.
            It cannot be given back; a new key can be made.
          </p>
        </Confirm>
      )}
    </TablePanel>
  );
}

function columnsOf(onRevoke: (key: Key) => void): readonly TableColumn<Key>[] {
  return [
    { id: 'name', label: 'Name', kind: 'head', value: ({ name }) => name, cell: ({ name }) => name },
    { id: 'role', label: 'Role', value: ({ role }) => role, cell: ({ role }) => <Chip>{role}</Chip> },
    { id: 'person', label: 'Person', cell: ({ person }) => person ?? '–' },
    {
      ...{ id: 'since', label: 'Since' },
      value: ({ createdAt }) => createdAt,
      cell: ({ createdAt, createdBy }) => (
        <span>
          {moment(createdAt)} <span className="fd-dim">{createdBy}</span>
        </span>
      ),
    },
    {
      ...{ id: 'act', label: 'Revoke', kind: 'act' as const },
      cell: (key) => (
        <Button size="compact-xs" variant="default" onClick={() => onRevoke(key)}>
          Revoke
        </Button>
      ),
    },
  ];
}

function NewKey({ onClose }: { readonly onClose: () => void }) {
  const [role, setRole] = useState<CreateKey['role']>('manager');
  const [name, setName] = useState('');
  const [person, setPerson] = useState('');
  const create = useCreateKey();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    create.mutate({ role, ...(name === '' ? {} : { name }), ...(person === '' ? {} : { person }) });
  };
  return (
    <Modal opened onClose={onClose} title="New API key">
      {create.data !== undefined ? (
        <TokenOnce made={create.data} onClose={onClose} />
      ) : (
        <form onSubmit={submit}>
          <Select
            label="Role"
            data={ROLES}
            value={role}
            onChange={(value) => setRole(ROLES.find((one) => one === value) ?? role)}
          />
          <TextInput
            label="Name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            label="Person"
            description="Nobody approves their own rule: four eyes compare persons."
            value={person}
            onChange={(event) => setPerson(event.currentTarget.value)}
          />
          <Refusal error={create.error} />
          <div style={{ marginTop: 16, display: 'flex', justifyContent: 'flex-end' }}>
            <Button type="submit" loading={create.isPending}>
              Create
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}

function TokenOnce({ made, onClose }: { readonly made: CreatedKey; readonly onClose: () => void }) {
  return (
    <>
      <p>The token is shown once. Only its digest is kept.</p>
      <p className="fd-mono" style={{ overflowWrap: 'anywhere' }}>
        {made.token}
      </p>
      <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
        <CopyButton value={made.token ?? ''}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>Done</Button>
      </div>
    </>
  );
}
