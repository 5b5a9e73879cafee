import { Button } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { LedgerEvent } from '../../../api/generated/types.gen';
import { count } from '../../../format/number';
import { moment } from '../../../format/time';
import { sentenceOf } from '../../../format/words';
import { Panel } from '../../../ui/page';
import { Await, Empty, Failed, Loading } from '../../../ui/states';
import { DataTable, type TableColumn } from '../../../ui/table/data-table';
import { EventPanel } from './event-panel';
import { LookForm } from './look-form';
import { gistOf, type ShownPage } from './pages';
import type { LedgerSearch } from './search';
import { useLedgerPage, usePosition } from './use-ledger';

const route = getRouteApi('/audit/ledger');
const HEIGHT = 560;

/** The ledger's own events, word for word: by stream, by campaign, from a time, or at a position. */
export function LedgerScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const go = (to: LedgerSearch): void => void navigate({ search: to });
  const place = usePosition(search.position);
  const { stream, revision } = place.data ?? search;
  const shown: LedgerSearch = useMemo(
    () => (place.data === undefined ? search : { ...place.data }),
    [search, place.data],
  );
  const isAsked = shown.stream !== undefined || shown.campaignId !== undefined;
  const page = useLedgerPage(shown);
  const selected = stream ?? page.data?.stream;
  return (
    <>
      <LookForm key={JSON.stringify(search)} search={search} onLook={go} />
      {search.position !== undefined && place.isPending && <Loading what="the event" />}
      {place.error !== null && <Failed what="The event" error={place.error} />}
      {!isAsked && search.position === undefined && <NothingAsked onLook={go} />}
      {isAsked && (
        <div className="fd-split">
          <Panel
            title={shown.stream ?? `Ad events of ${shown.campaignId ?? ''}`}
            flush
            actions={page.data !== undefined && <Pages page={page.data} onGo={go} isBusy={page.isFetching} />}
          >
            <Await of={page} what="ledger">
              {(told) => (
                <Events
                  page={told}
                  selected={revision}
                  onOpen={(one) =>
                    void navigate({
                      search: (was) => ({
                        ...(place.data === undefined ? was : shown),
                        revision: one,
                        from: beginOf(was, told),
                      }),
                      replace: true,
                    })
                  }
                />
              )}
            </Await>
          </Panel>
          {revision !== undefined && selected !== undefined && (
            <EventPanel key={`${selected}@${revision}`} stream={selected} revision={revision} />
          )}
        </div>
      )}
    </>
  );
}

/** Opening an event leaves the page where it is: where it begins is said from then on. */
function beginOf({ from, at, towards }: LedgerSearch, page: ShownPage): number | undefined {
  if (from !== undefined || at !== undefined) return from;
  return towards === 'newer' ? page.items.at(-1)?.revision : page.items[0]?.revision;
}

function Events({
  page,
  selected,
  onOpen,
}: {
  readonly page: ShownPage;
  readonly selected: number | undefined;
  readonly onOpen: (revision: number) => void;
}) {
  const columns = useMemo(() => columnsOf(onOpen), [onOpen]);
  if (page.items.length === 0)
    return (
      <Empty title="No event here">
        <p>
          {page.older === undefined && page.newer === undefined
            ? 'Nothing was written to this stream on this side of the place you asked for.'
            : 'Not among the events looked at; go on with the pages.'}
        </p>
      </Empty>
    );
  return (
    <DataTable
      label="Events"
      rows={page.items}
      columns={columns}
      rowKey={(event) => String(event.revision)}
      isSelected={(event) => event.revision === selected}
      maxHeight={HEIGHT}
    />
  );
}

function columnsOf(onOpen: (revision: number) => void): readonly TableColumn<LedgerEvent>[] {
  return [
    {
      ...{ id: 'revision', label: 'Revision', kind: 'head' as const },
      cell: ({ revision }) => (
        <button type="button" className="fd-link" onClick={() => onOpen(revision)}>
          {count(revision)}
        </button>
      ),
    },
    {
      id: 'recorded',
      label: 'Recorded',
      cell: ({ recordedAt }) => <span className="fd-nowrap">{moment(recordedAt, undefined, true)}</span>,
    },
    { id: 'type', label: 'Type', cell: ({ type }) => <span className="fd-nowrap">{sentenceOf(type)}</span> },
    { id: 'data', label: 'Data', kind: 'mono', isRest: true, cell: ({ data }) => gistOf(data) },
  ];
}

function Pages({
  page: { older, newer },
  onGo,
  isBusy,
}: {
  readonly page: ShownPage;
  readonly onGo: (to: LedgerSearch) => void;
  readonly isBusy: boolean;
}) {
  return (
    <>
      {isBusy && <span className="fd-dim">reading…</span>}
      <Button
        size="compact-sm"
        variant="default"
        disabled={newer === undefined}
        onClick={() => onGo(newer ?? {})}
      >
        Newer
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        disabled={older === undefined}
        onClick={() => onGo(older ?? {})}
      >
        Older
      </Button>
    </>
  );
}

const STREAMS = ['access-audit', 'webhooks', 'user-erasures', 'ads-00'] as const;

function NothingAsked({ onLook }: { readonly onLook: (to: LedgerSearch) => void }) {
  return (
    <Panel title="The ledger">
      <Empty title="Where to look?">
        <p>
          Every fact is an event of a stream: ad events by partition (ads-00 and on), a campaign’s terms, a
          rule’s versions, commands, decisions, who looked. Name a stream or a campaign above, or begin with
          one of these.
        </p>
        <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, justifyContent: 'center' }}>
          {STREAMS.map((stream) => (
            <Button key={stream} variant="default" onClick={() => onLook({ stream })}>
              {stream}
            </Button>
          ))}
          <Button variant="default" onClick={() => onLook({ position: 0 })}>
            The first event
          </Button>
        </div>
      </Empty>
    </Panel>
  );
}
