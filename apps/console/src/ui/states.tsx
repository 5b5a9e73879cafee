import { Button, Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { asProblem } from '../api/problem';
import { Icon } from './icons';

/** Something is on its way. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <div className="fd-state" role="status">
      <Loader size="sm" />
      <span>Loading {what}…</span>
    </div>
  );
}

/** There is nothing, why that is so, and what to do about it. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="fd-state">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** It did not work: what, why, and once more. */
export function Failed({
  what,
  error,
  onRetry,
}: {
  readonly what: string;
  readonly error: unknown;
  readonly onRetry?: () => void;
}) {
  const problem = asProblem(error, 0);
  return (
    <div className="fd-state" role="alert">
      <span className="fd-tone-bad">
        <Icon name="warning" size={22} />
      </span>
      <strong>{what} could not be loaded</strong>
      <p>
        {problem.title}
        {problem.detail === undefined ? '' : `: ${problem.detail}`}
      </p>
      {onRetry !== undefined && (
        <Button variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** What a query of TanStack Query has to say before there is data. */
export interface Asked<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** Shows a query's data, or that it loads, or that it failed. Old data stays in sight while new data fails to come. */
export function Await<Data>({
  of,
  what,
  children,
}: {
  readonly of: Asked<Data>;
  readonly what: string;
  readonly children: (data: Data) => ReactNode;
}) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error !== null && of.error !== undefined) {
    return <Failed what={`The ${what}`} error={of.error} onRetry={() => void of.refetch()} />;
  }
  return <Loading what={what} />;
}

/** A refusal beside the form that caused it. */
export function Refusal({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  const problem = asProblem(error, 0);
  return (
    <div role="alert" className="fd-tone-bad">
      <strong>{problem.title}</strong>
      {problem.detail !== undefined && problem.detail !== problem.title && <div>{problem.detail}</div>}
      {problem.errors.length > 0 && (
        <ul>
          {problem.errors.map(({ pointer, detail }) => (
            <li key={`${pointer} ${detail}`}>
              <span className="fd-mono">{pointer === '' ? '/' : pointer}</span> {detail}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
