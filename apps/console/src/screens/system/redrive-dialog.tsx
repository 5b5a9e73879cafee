import { Button, Checkbox, Modal, Textarea } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import type { Quarantined } from '../../api/generated/types.gen';
import { sentenceOf } from '../../format/words';
import { Chip } from '../../ui/page';
import { Refusal } from '../../ui/states';
import { editableOf, recordOf } from './record-text';
import { useRedriveRecord } from './use-system';

const ROWS_MAX = 16;

/** Sends a record through once more: as it came, corrected, or, when it came too late, as an adjustment of today. */
export function RedriveDialog({
  record,
  onClose,
}: {
  readonly record: Quarantined;
  readonly onClose: () => void;
}) {
  const [came] = useState(() => editableOf(record.bytesBase64));
  const [text, setText] = useState(came);
  const [isAdjustment, setAdjustment] = useState(false);
  const redrive = useRedriveRecord();
  const corrected = text === came ? undefined : recordOf(text);
  const isWrong = text !== came && corrected === undefined;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    redrive.mutate({
      id: record.id,
      ...(corrected === undefined ? {} : { record: corrected }),
      ...(isAdjustment ? { admitAs: 'adjustment' as const } : {}),
    });
  };
  return (
    <Modal opened onClose={onClose} size="lg" title="Redrive a record">
      <form onSubmit={submit} className="fd-form">
        <p style={{ margin: 0 }}>
          <Chip tone="warn">{sentenceOf(record.reason)}</Chip> {record.detail}
        </p>
        {record.truncated ? (
          <p className="fd-tone-warn">It was too large to be kept whole: write it anew.</p>
        ) : null}
        <Textarea
          label="The record, to correct; as it stands it is sent as it came"
          autosize
          maxRows={ROWS_MAX}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={isWrong ? 'It is no JSON object' : undefined}
        />
        {record.reason === 'too-late' && (
          <Checkbox
            label="Book its cost today, as an adjustment"
            checked={isAdjustment}
            onChange={(event) => setAdjustment(event.currentTarget.checked)}
          />
        )}
        <Refusal error={redrive.error} />
        {redrive.data !== undefined && (
          <p role="status" style={{ margin: 0 }}>
            <Chip tone={redrive.data.outcome === 'quarantined' ? 'bad' : 'good'}>{redrive.data.outcome}</Chip>{' '}
            {redrive.data.detail ?? redrive.data.eventId ?? ''}
          </p>
        )}
        <div className="fd-dialog-actions">
          <Button variant="default" onClick={onClose}>
            {redrive.data === undefined ? 'Cancel' : 'Done'}
          </Button>
          <Button
            type="submit"
            loading={redrive.isPending}
            disabled={isWrong || isTaken(redrive.data?.outcome)}
          >
            {corrected === undefined ? 'Send as it came' : 'Send corrected'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function isTaken(outcome: string | undefined): boolean {
  return outcome === 'accepted' || outcome === 'duplicate';
}
