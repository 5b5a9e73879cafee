import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Projections } from '../../../api/generated/types.gen';
import { count } from '../../../format/number';
import { moment } from '../../../format/time';
import { useMay } from '../../../session/use-session';
import { Confirm } from '../../../ui/confirm';
import { Chip, Panel, Tile } from '../../../ui/page';
import { Await } from '../../../ui/states';
import { DataTable, type TableColumn } from '../../../ui/table/data-table';
import { TablePanel } from '../../../ui/table/table-panel';
import { RebuildPanel } from './rebuild-panel';
import { isRunning, useProjections, useRebuild, useRollback } from './use-projections';

interface Generation {
  readonly name: string;
  readonly version: number;
  readonly since: string;
  readonly serves: boolean;
}

const GENERATIONS: readonly TableColumn<Generation>[] = [
  { id: 'name', label: 'Set', kind: 'head', cell: ({ name }) => <span className="fd-mono">{name}</span> },
  {
    ...{ id: 'state', label: 'State' },
    cell: ({ serves }) => <Chip tone={serves ? 'good' : 'none'}>{serves ? 'serves' : 'kept'}</Chip>,
  },
  { id: 'version', label: 'Version of the folds', kind: 'number', cell: ({ version }) => version },
  { id: 'since', label: 'Since', cell: ({ since }) => moment(since, undefined, true) },
];

const MODELS: readonly TableColumn<Projections['items'][number]>[] = [
  { id: 'name', label: 'Projection', kind: 'head', value: ({ name }) => name, cell: ({ name }) => name },
  { id: 'source', label: 'Folded from', cell: ({ source }) => `${source}-…` },
  { id: 'version', label: 'Version', kind: 'number', cell: ({ version }) => version },
];

/** The read models: which serve, building them anew beside those, and going back. */
export function ProjectionsScreen() {
  const projections = useProjections();
  const mayRebuild = useMay('projections:rebuild');
  return (
    <>
      <Await of={projections} what="projections">
        {(told) => (
          <>
            <Summary told={told} />
            <Panel title="Sets of read models" flush actions={mayRebuild && <Actions told={told} />}>
              <DataTable
                label="Sets of read models"
                rows={generationsOf(told)}
                columns={GENERATIONS}
                rowKey={({ name }) => name}
                isCards={false}
              />
            </Panel>
            {told.rebuild !== null && <RebuildPanel rebuild={told.rebuild} mayCancel={mayRebuild} />}
          </>
        )}
      </Await>
      <TablePanel
        title="Projections"
        of={projections}
        rows={({ items }) => items}
        columns={MODELS}
        rowKey={({ name }) => name}
        isCards={false}
        empty={{ title: 'There are no projections' }}
      />
    </>
  );
}

function Summary({ told }: { readonly told: Projections }) {
  const { serving, kept, latestVersion, parked } = told;
  const isOld = serving !== null && serving.version < latestVersion;
  return (
    <dl className="fd-tiles" style={{ margin: 0 }}>
      <Tile label="Serving" note={serving === null ? 'rebuilt elsewhere: another table' : serving.name}>
        {serving === null ? '–' : `version ${serving.version}`}
      </Tile>
      <Tile label="This binary folds" note={isOld ? 'newer than what serves' : 'the same that serves'}>
        version {latestVersion}
      </Tile>
      <Tile label="Kept to go back to" note={kept[0]?.name ?? 'none yet'}>
        {count(kept.length)}
      </Tile>
      <Tile label="Parked events" note="of a version this binary does not know">
        {count(parked)}
      </Tile>
    </dl>
  );
}

function Actions({ told }: { readonly told: Projections }) {
  const [asking, setAsking] = useState<'rebuild' | 'rollback'>();
  const rebuild = useRebuild();
  const rollback = useRollback();
  const busy = isRunning(told.rebuild);
  const close = (): void => {
    setAsking(undefined);
    rebuild.reset();
    rollback.reset();
  };
  const latest = told.kept[0];
  return (
    <>
      <Button size="compact-sm" disabled={busy || told.serving === null} onClick={() => setAsking('rebuild')}>
        Rebuild
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        disabled={busy || latest === undefined}
        onClick={() => setAsking('rollback')}
      >
        Roll back
      </Button>
      {asking === 'rebuild' && (
        <Confirm
          title="Rebuild the read models"
          label="Rebuild"
          isPending={rebuild.isPending}
          error={rebuild.error}
          onConfirm={() => rebuild.mutate(undefined, { onSuccess: close })}
          onClose={close}
        >
          <p>
            Every event is folded again into a set beside the one that serves; the rows are compared, and then
            the new set takes over. Reads go on all the while. The set that serves now is kept, so you can go
            back.
          </p>
        </Confirm>
      )}
      {asking === 'rollback' && (
        <Confirm
          title="Roll back"
          label="Roll back"
          isPending={rollback.isPending}
          error={rollback.error}
          onConfirm={() => rollback.mutate(undefined, { onSuccess: close })}
          onClose={close}
        >
          <p>
            <span className="fd-mono">{latest?.name}</span> (version {latest?.version}, from{' '}
            {moment(latest?.since)}) is brought up to date and serves again. The set that serves now is kept
            in its place.
          </p>
        </Confirm>
      )}
    </>
  );
}

function generationsOf({ serving, kept }: Projections): readonly Generation[] {
  const all = kept.map((one) => ({ ...one, serves: false }));
  return serving === null ? all : [{ ...serving, serves: true }, ...all];
}
