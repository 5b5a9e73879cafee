import type { FieldError } from '../../api/problem';
import type { Definition } from './definition';
import { lineOf } from './pointer-lines';

/** What is wrong, by the line of the JSON at which it is wrong. */
export function JsonErrors({
  definition,
  errors,
  onShow,
}: {
  readonly definition: Definition;
  readonly errors: readonly FieldError[];
  readonly onShow: (line: number) => void;
}) {
  return errors.map(({ pointer, detail }) => {
    const line = lineOf(definition, pointer);
    return (
      <div key={`${pointer} ${detail}`} className="fd-tone-bad fd-hint" role="alert">
        <button type="button" className="fd-line-link" onClick={() => onShow(line)}>
          Line {line}
        </button>{' '}
        {detail}
      </div>
    );
  });
}

/** Puts the cursor's selection on a line of a text, counted from 1. */
export function selectLine(field: HTMLTextAreaElement | null, line: number): void {
  if (field === null) return;
  const lines = field.value.split('\n');
  const start = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
  field.focus();
  field.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
}
