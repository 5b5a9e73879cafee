const FIRST_CONTROL = 'a[href], button:not(:disabled)';
const STEPS: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** The table that walks by itself, and else the first list of the screen whose rows lead somewhere. */
const LISTS = 'main .fd-grid-scroll, main .fd-scroll:has(tbody a[href], tbody button:not(:disabled))';

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'preventDefault'>;

/** From row to row of a table by `j`, `k` and the arrows, where rows have something to press. */
export function walkRows(table: Element, event: Key): void {
  const step = STEPS[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const controls = [...table.querySelectorAll('tbody tr')].flatMap(
    (row) => row.querySelector<HTMLElement>(FIRST_CONTROL) ?? [],
  );
  const now = document.activeElement?.closest('tr');
  const at = controls.findIndex((control) => control.closest('tr') === now);
  const next = controls[at < 0 ? (step > 0 ? 0 : -1) : at + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** `j` and `k` anywhere on a screen: into its list, and on from there. Nothing while a dialog has the focus. */
export function walkScreen(event: KeyboardEvent): void {
  const at = document.activeElement ?? document.body;
  if (at !== document.body && at.closest('main') === null) return;
  const list = at.closest('.fd-scroll') ?? document.querySelector<HTMLElement>(LISTS);
  if (list instanceof HTMLElement && list.matches('.fd-grid-scroll')) {
    event.preventDefault();
    list.focus();
    list.dispatchEvent(new KeyboardEvent('keydown', { key: event.key, bubbles: true, cancelable: true }));
  } else if (list !== null) walkRows(list, event);
}
