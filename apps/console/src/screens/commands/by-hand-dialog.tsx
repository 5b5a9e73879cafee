import { Button, Modal, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import type { Command } from '../../api/generated/types.gen';
import { Refusal } from '../../ui/states';
import { useByHand } from './use-commands';

const WORDS = {
  undo: { title: 'Take it back', text: 'Orders the opposite of what this command changed.', button: 'Undo' },
  redrive: {
    title: 'Send it once more',
    text: 'Orders the same again, as a new command.',
    button: 'Redrive',
  },
} as const;

/** Takes a command back, or sends it once more, with a reason. */
export function ByHandDialog({
  what,
  command,
  onClose,
}: {
  readonly what: 'undo' | 'redrive';
  readonly command: Command;
  readonly onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const order = useByHand(command.commandId, what);
  const { title, text, button } = WORDS[what];
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    order.mutate(reason, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <p>{text}</p>
        <TextInput
          label="Reason"
          description="Kept in the ledger beside your name."
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        <Refusal error={order.error} />
        <div className="fd-dialog-actions">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={order.isPending}>
            {button}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
