import type { Command } from '../../api/generated/types.gen';
import { milliseconds } from '../../format/number';
import { moment } from '../../format/time';
import { Chip, Panel } from '../../ui/page';
import { courseOf } from './course';

/** From the order to the answer, with how long after the order each step came. */
export function CoursePanel({ command }: { readonly command: Command }) {
  return (
    <Panel title="What became of it" flush>
      <ol className="fd-course">
        {courseOf(command).map(({ label, at, note, tone, isReached }) => (
          <li key={label}>
            <Chip tone={tone}>{isReached ? label : `${label}: not yet`}</Chip>
            <span>
              {at !== undefined && (
                <>
                  {moment(at, undefined, true)}
                  {at !== command.issuedAt && (
                    <span className="fd-dim">
                      {' '}
                      after {milliseconds(Date.parse(at) - Date.parse(command.issuedAt))}
                    </span>
                  )}
                </>
              )}
              {note !== undefined && note !== '' && (
                <span className="fd-dim fd-hint">
                  {' '}
                  {note.startsWith('expires ') ? `expires ${moment(note.slice(8), undefined, true)}` : note}
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
