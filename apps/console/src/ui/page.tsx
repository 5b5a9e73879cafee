import { useEffect, type ReactNode } from 'react';

/** A screen: its title, what can be done on it, what it shows. Names the browser's tab too. */
export function Page({
  title,
  beside,
  actions,
  children,
}: {
  readonly title: string;
  readonly beside?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Flightdeck`;
  }, [title]);
  return (
    <div className="fd-page">
      <div className="fd-page-head">
        <h1>{title}</h1>
        {beside}
        {actions !== undefined && <div className="fd-actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

/** A part of a screen. */
export function Panel({
  title,
  actions,
  flush = false,
  children,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  /** The content reaches the edges, as a table does. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <section className="fd-panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {actions !== undefined && <div className="fd-actions">{actions}</div>}
      </header>
      {flush ? children : <div className="fd-panel-body">{children}</div>}
    </section>
  );
}

/** A figure among figures. */
export function Tile({
  label,
  note,
  children,
}: {
  readonly label: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className="fd-tile">
      <dt>{label}</dt>
      <dd>
        {children}
        {note !== undefined && <small>{note}</small>}
      </dd>
    </div>
  );
}

export type Tone = 'good' | 'warn' | 'bad' | 'accent' | 'none';

/** A word of state. The colour repeats what the word says. */
export function Chip({ tone = 'none', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span className="fd-chip" data-tone={tone}>
      {children}
    </span>
  );
}
