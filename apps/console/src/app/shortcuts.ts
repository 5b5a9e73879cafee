import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { walkScreen } from '../ui/table/walk-rows';
import { SCREENS } from './screens';

/** How long after `g` the next key still counts. */
const SEQUENCE_MS = 1_200;

export interface ShortcutActions {
  readonly onPalette: () => void;
  readonly onHelp: () => void;
}

/** The keys of every screen. Keys typed into a field are the field's. */
export function useShortcuts(actions: ShortcutActions): void {
  const navigate = useNavigate();
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    let goUntilMs = 0;
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        latest.current.onPalette();
        return;
      }
      if (event.defaultPrevented) return; // what has the focus has taken it
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const isGoing = performance.now() < goUntilMs;
      goUntilMs = event.key === 'g' ? performance.now() + SEQUENCE_MS : 0;
      if (isGoing) {
        const screen = SCREENS.find(({ key }) => key === event.key);
        if (screen !== undefined) void navigate({ to: screen.path });
        return;
      }
      if (event.key === '?') latest.current.onHelp();
      if (event.key === '/') focusSearch(event);
      if (event.key === 'j' || event.key === 'k') walkScreen(event);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate]);
}

function focusSearch(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLInputElement>('input[data-search]');
  if (field === null) return;
  event.preventDefault();
  field.focus();
  field.select();
}

/** Whether what has the focus takes keys as text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/u.test(target.tagName);
}
