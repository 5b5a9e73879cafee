import {
  definitionHash,
  type ConditionFile,
  type ExportedRulesResponse,
  type ImportedRulesResponse,
  type ImportOutcome,
  type ImportRulesRequest,
  type RuleFile,
} from '@flightdeck/contracts';
import {
  definitionOf,
  sameJson,
  type Approvals,
  type PinnedConditions,
  type Rule,
  type RuleDefinition,
  type SharedCondition,
} from '@flightdeck/domain';
import { ProblemException } from '@flightdeck/platform';
import { checkedConditions } from '../shared-conditions/shared-conditions.controller.js';
import type { ConditionShelf } from '../shared-conditions/condition-shelf.js';
import { checkedDefinition } from './rule-dto.js';
import type { RuleShelf } from './rule-shelf.js';

interface Signed {
  readonly actor: string;
  readonly at: string;
  readonly person?: string;
  readonly reason?: string;
}

type Importing = ImportRulesRequest & { readonly approvals: Approvals; readonly signed: Signed };

/** Rules and shared conditions as files say them, for those who keep them in git. */
export class RuleFiles {
  constructor(
    private readonly rules: RuleShelf,
    private readonly conditions: ConditionShelf,
  ) {}

  /** Every rule that is not disabled, and every condition that is not retired, in the order of their ids. */
  exported(): ExportedRulesResponse {
    const conditions = this.conditions.all().filter(({ retired }) => !retired);
    const rules = [...this.rules.all()].sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
    return {
      conditions: conditions.map(({ conditionId, meaning, conditions: says }) => ({
        ...{ conditionId, meaning, conditions: { ...says } },
      })),
      rules: rules.filter(({ mode }) => mode !== 'disabled').map(fileOf),
    };
  }

  /**
   * Checks everything before anything is written: one mistake and nothing is. Then each is written by itself, in the order given,
   * and what is there already is left alone, so that the same import again changes nothing.
   * @throws {ProblemException} 422 with a pointer to each mistake.
   */
  async import(asked: Importing): Promise<ImportedRulesResponse> {
    const pinned = this.pinnedWith(asked.conditions);
    const definitions = checkedRules(asked.rules, pinned);
    const conditions: ImportOutcome[] = [];
    for (const file of asked.conditions) conditions.push(await this.writeCondition(file, asked));
    // What was just written has its real revision now.
    const written = asked.dryRun ? pinned : await this.repinned(pinned, asked.conditions);
    const rules: ImportOutcome[] = [];
    for (const [index, file] of asked.rules.entries()) {
      const definition = withPinned(definitions[index], written);
      rules.push(await this.writeRule(file, definition, asked));
    }
    return { dryRun: asked.dryRun, conditions, rules };
  }

  private pinnedWith(files: readonly ConditionFile[]): PinnedConditions {
    const fresh = files.map(({ conditionId, conditions }): [string, PinnedConditions[string]] => [
      conditionId,
      { revision: -1, conditions: checkedConditions(conditions) },
    ]);
    return { ...this.conditions.pinned(), ...Object.fromEntries(fresh) };
  }

  private async repinned(
    pinned: PinnedConditions,
    files: readonly ConditionFile[],
  ): Promise<PinnedConditions> {
    const fresh: [string, PinnedConditions[string]][] = [];
    for (const { conditionId } of files) {
      const current = await this.conditions.current(conditionId);
      if (current !== undefined)
        fresh.push([conditionId, { revision: current.revision, conditions: current.conditions }]);
    }
    return { ...pinned, ...Object.fromEntries(fresh) };
  }

  private async writeCondition(
    { conditionId, meaning, conditions }: ConditionFile,
    { dryRun, signed }: Importing,
  ): Promise<ImportOutcome> {
    const before = await this.conditions.current(conditionId);
    const says = checkedConditions(conditions);
    const outcome = outcomeOf(before, isSaid(before, meaning, says));
    if (!dryRun && outcome !== 'unchanged') {
      const order = {
        type: 'WriteSharedCondition',
        conditionId,
        meaning,
        conditions: says,
        ...signed,
      } as const;
      await this.conditions.change(order, 'any');
    }
    return { id: conditionId, outcome, code: null };
  }

  private async writeRule(
    { ruleId, mode }: RuleFile,
    definition: RuleDefinition,
    { dryRun, submit, approvals, signed }: Importing,
  ): Promise<ImportOutcome> {
    const before = await this.rules.current(ruleId);
    const isSame = before !== undefined && isWritten(before, definition, mode);
    const outcome = outcomeOf(before, isSame);
    if (isSame) return { id: ruleId, outcome, code: null };
    const needsApproval = approvals === 'required' && mode === 'active';
    if (needsApproval && !submit) return { id: ruleId, outcome: 'refused', code: 'approval-required' };
    const told = needsApproval ? 'submitted' : outcome;
    if (dryRun) return { id: ruleId, outcome: told, code: null };
    const written = needsApproval ? 'draft' : mode;
    const order = { type: 'WriteRule', ruleId, definition, mode: written, approvals, ...signed } as const;
    try {
      await this.rules.change(order, 'any', undefined);
      const submission = {
        type: 'SubmitRule',
        ruleId,
        wanted: 'active',
        hashOf: definitionHash,
        ...signed,
      } as const;
      if (needsApproval) await this.rules.change(submission, 'any', undefined);
      return { id: ruleId, outcome: told, code: null };
    } catch (error) {
      if (error instanceof ProblemException) return { id: ruleId, outcome: 'refused', code: error.code };
      throw error;
    }
  }
}

function checkedRules(files: readonly RuleFile[], pinned: PinnedConditions): readonly RuleDefinition[] {
  const checked = files.map((file) => checkedDefinition(file, pinned));
  const errors = checked.flatMap(({ problems }, index) =>
    problems.map(({ pointer, message }) => ({ pointer: `/rules/${index}${pointer}`, detail: message })),
  );
  const ids = files.map(({ ruleId }) => ruleId);
  ids.forEach((id, index) => {
    if (ids.indexOf(id) < index) errors.push({ pointer: `/rules/${index}/ruleId`, detail: 'is there twice' });
  });
  if (errors.length === 0) return checked.map(({ definition }) => definition);
  throw new ProblemException(422, 'invalid-rule', 'Nothing was imported: some rules cannot be evaluated.', {
    errors,
  });
}

function withPinned(definition: RuleDefinition | undefined, pinned: PinnedConditions): RuleDefinition {
  if (definition === undefined) throw new Error('A rule of the import was not checked.');
  const { shared } = definition;
  if (shared === undefined) return definition;
  const names = Object.keys(shared);
  return {
    ...definition,
    shared: Object.fromEntries(Object.entries(pinned).filter(([name]) => names.includes(name))),
  };
}

/** A rule that already waits for approval with this definition is as far as an import can bring it. */
function isWritten(before: Rule, definition: RuleDefinition, mode: RuleFile['mode']): boolean {
  const inMode = before.mode === mode || (before.mode === 'pending' && before.submission?.wanted === mode);
  return inMode && sameJson(definitionOf(before), definition);
}

function isSaid(before: SharedCondition | undefined, meaning: string, conditions: unknown): boolean {
  return before?.retired === false && before.meaning === meaning && sameJson(before.conditions, conditions);
}

function outcomeOf(before: unknown, isSame: boolean): 'created' | 'revised' | 'unchanged' {
  if (before === undefined) return 'created';
  return isSame ? 'unchanged' : 'revised';
}

function fileOf(rule: Rule): ExportedRulesResponse['rules'][number] {
  const { shared: _, ...definition } = definitionOf(rule);
  const mode = rule.mode === 'active' || rule.mode === 'shadow' ? rule.mode : 'draft';
  return { ruleId: rule.ruleId, mode, ...definition };
}
