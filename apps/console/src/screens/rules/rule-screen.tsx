import { getRouteApi, Link } from '@tanstack/react-router';
import { moment } from '../../format/time';
import { Chip, Page } from '../../ui/page';
import { Await } from '../../ui/states';
import { Approval } from './approval';
import { BacktestPanel } from './backtest/backtest-panel';
import { definitionOf, NEW_RULE } from './definition';
import { Editor } from './editor';
import { HistoryPanel } from './history-panel';
import { modeTone } from './rules-screen';
import { ShadowPanel } from './shadow-panel';
import { useRule } from './use-rules';

const route = getRouteApi('/rules/$ruleId');

/** One rule: written with what it would do beside it, tried on the past, approved by another. */
export function RuleScreen() {
  const { ruleId } = route.useParams();
  return ruleId === 'new' ? <NewRule /> : <KeptRule key={ruleId} ruleId={ruleId} />;
}

function NewRule() {
  return (
    <Page title="New rule">
      <Editor rule={undefined} initial={NEW_RULE} />
    </Page>
  );
}

function KeptRule({ ruleId }: { readonly ruleId: string }) {
  const rule = useRule(ruleId);
  return (
    <Await of={rule} what="rule">
      {(kept) => (
        <Page
          title={kept.name}
          beside={
            <>
              <Chip tone={modeTone(kept.mode)}>{kept.mode}</Chip>
              <span className="fd-dim">
                by {kept.author}
                {kept.submission !== null &&
                  `, waits to become ${kept.submission.wanted} until ${moment(kept.submission.expiresAt)}`}
              </span>
            </>
          }
          actions={
            <>
              <Link to="/commands" search={{ ruleId: kept.ruleId }}>
                Its commands
              </Link>
              <Approval rule={kept} />
            </>
          }
        >
          <Editor key={kept.revision} rule={kept} initial={definitionOf(kept)} />
          {kept.mode === 'shadow' && <ShadowPanel rule={kept} />}
          <BacktestPanel rule={kept} />
          <HistoryPanel ruleId={ruleId} />
        </Page>
      )}
    </Await>
  );
}
