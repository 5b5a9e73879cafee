import { Button, CopyButton, Modal, Select, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import type { CreatedKey, CreateKey } from '../../api/generated/types.gen';
import { moment } from '../../format/time';
import { Icon } from '../../ui/icons';
import { Chip, Panel } from '../../ui/page';
import { Await, Empty, Refusal } from '../../ui/states';
import { useCreateKey, useKeys, useRevokeKey } from './use-system';

const ROLES: readonly CreateKey['role'][] = ['manager', 'approver', 'system', 'auditor', 'admin'];

/** API keys: who holds one, and what it opens. */
export function KeysPanel() {
  const keys = useKeys(true);
  const revoke = useRevokeKey();
  const [isCreating, setCreating] = useState(false);
  return (
    <Panel
      title="API keys"
      flush
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
      <Await of={keys} what="keys">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No keys yet">
              <p>Give each system and each person a key of their own, with the role they need.</p>
            </Empty>
          ) : (
            <div className="fd-scroll" tabIndex={0}>
              <table className="fd-table">
                <thead>
                  <tr>
                    <th>Name</th>
                    <th>Role</th>
                    <th>Person</th>
                    <th>Since</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {items.map((key) => (
                    <tr key={key.keyId}>
                      <td>{key.name}</td>
                      <td>
                        <Chip>{key.role}</Chip>
                      </td>
                      <td>{key.person ?? '–'}</td>
                      <td>{moment(key.createdAt)}</td>
                      <td>
                        <Button
                          size="compact-xs"
                          variant="default"
                          color="red"
                          onClick={() => revoke.mutate(key.keyId)}
                        >
                          Revoke
                        </Button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Await>
      <Refusal error={revoke.error} />
      {isCreating && <NewKey onClose={() => setCreating(false)} />}
    </Panel>
  );
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
