import { Button, TextInput } from '@mantine/core';

/** Why something is changed. */
export function ReasonField({
  reason,
  onReason,
}: {
  readonly reason: string;
  readonly onReason: (reason: string) => void;
}) {
  return (
    <TextInput
      mt={10}
      label="Reason"
      description="Kept in the ledger beside your name."
      value={reason}
      onChange={(event) => onReason(event.currentTarget.value)}
    />
  );
}

/** Do it, or leave it. */
export function Buttons({
  onClose,
  isPending,
  isDisabled = false,
  label,
}: {
  readonly onClose: () => void;
  readonly isPending: boolean;
  readonly isDisabled?: boolean;
  readonly label: string;
}) {
  return (
    <div style={{ marginTop: 16, display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
      <Button variant="default" onClick={onClose}>
        Cancel
      </Button>
      <Button type="submit" loading={isPending} disabled={isDisabled}>
        {label}
      </Button>
    </div>
  );
}
