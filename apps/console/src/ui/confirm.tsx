import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { Refusal } from './states';

/** Asks before something that cannot be taken back at once. The first focus is on what changes nothing. */
export function Confirm({
  title,
  label,
  isPending,
  error,
  onConfirm,
  onClose,
  children,
}: {
  readonly title: string;
  /** Of the button that does it. */
  readonly label: string;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Modal opened onClose={onClose} title={title}>
      {children}
      <Refusal error={error} />
      <div className="fd-dialog-actions">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button loading={isPending} onClick={onConfirm}>
          {label}
        </Button>
      </div>
    </Modal>
  );
}
