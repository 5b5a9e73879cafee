import { Button } from '@mantine/core';
import { moment } from '../../format/time';
import { sentenceOf } from '../../format/words';
import { useMay } from '../../session/use-session';
import { Chip, Panel } from '../../ui/page';
import { Await, Empty, Refusal } from '../../ui/states';
import { useQuarantine, useRedriveRecord } from './use-system';

const SHOWN_CHARACTERS = 160;

/** Records that could not be taken, with their bytes; each can be sent through once more. */
export function QuarantinePanel() {
  const quarantine = useQuarantine(true);
  const mayRedrive = useMay('quarantine:redrive');
  const redrive = useRedriveRecord();
  return (
    <Panel title="Quarantine" flush>
      <Await of={quarantine} what="quarantine">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing waits here">
              <p>What cannot be taken is kept with its reason and its bytes.</p>
            </Empty>
          ) : (
            <div className="fd-scroll" tabIndex={0} style={{ maxHeight: 320 }}>
              <table className="fd-table">
                <thead>
                  <tr>
                    <th>Received</th>
                    <th>Reason</th>
                    <th>What is wrong</th>
                    <th>Record</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {items.map((record) => (
                    <tr key={record.id}>
                      <td>{moment(record.receivedAt)}</td>
                      <td>
                        <Chip tone="warn">{sentenceOf(record.reason)}</Chip>
                      </td>
                      <td>{record.detail}</td>
                      <td className="fd-mono">{textOf(record.bytesBase64)}</td>
                      <td>
                        {mayRedrive && (
                          <Button
                            size="compact-xs"
                            variant="default"
                            loading={redrive.isPending && redrive.variables === record.id}
                            onClick={() => redrive.mutate(record.id)}
                          >
                            Redrive
                          </Button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Await>
      <Refusal error={redrive.error} />
    </Panel>
  );
}

function textOf(base64: string): string {
  const text = new TextDecoder().decode(
    Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
  );
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
