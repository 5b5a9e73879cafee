import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, idempotencyKey, ifMatch } from '../../api/client';
import {
  ruleApprovalControllerApprove,
  ruleApprovalControllerReject,
  ruleApprovalControllerSubmit,
  rulesControllerCreate,
  rulesControllerDisable,
  rulesControllerFacts,
  rulesControllerHistory,
  rulesControllerList,
  rulesControllerRead,
  rulesControllerRevise,
  verdictsControllerDraft,
} from '../../api/generated/sdk.gen';
import type { Rule, RuleItem } from '../../api/generated/types.gen';
import { askAgain } from '../../live/ask-again';
import { useCommandChanges } from '../../live/live';
import type { Definition } from './definition';

const PAGE_MAX = 200;
/** More rules than anybody keeps; past it the list is cut, in the order of ids. */
const PAGES_MAX = 25;
const PREVIEW_MAX = 50;

/** Every rule with the command that it issued last, which is read again when a command is issued. */
export function useRules() {
  const queries = useQueryClient();
  useCommandChanges((changes) => {
    if (changes.some(({ state }) => state === 'issued')) void askAgain(queries, 'rules');
  });
  return useQuery({
    queryKey: ['rules'],
    queryFn: async ({ signal }) => {
      const all: RuleItem[] = [];
      let cursor: string | null | undefined;
      for (let page = 0; page < PAGES_MAX && cursor !== null; page += 1) {
        const query = { limit: PAGE_MAX, ...(cursor === undefined ? {} : { cursor }) };
        const { items, next } = await answer(rulesControllerList({ query, signal }));
        all.push(...items);
        cursor = next;
      }
      return all;
    },
  });
}

export function useRule(ruleId: string) {
  return useQuery({
    queryKey: ['rule', ruleId],
    queryFn: ({ signal }) => answer(rulesControllerRead({ path: { ruleId }, signal })),
  });
}

export function useFacts() {
  return useQuery({
    queryKey: ['facts'],
    queryFn: ({ signal }) => answer(rulesControllerFacts({ signal })),
    staleTime: Infinity,
  });
}

export function useRuleHistory(ruleId: string) {
  return useQuery({
    queryKey: ['rule', ruleId, 'history'],
    queryFn: ({ signal }) => answer(rulesControllerHistory({ path: { ruleId }, signal })),
  });
}

/** What a rule that is being written would do now; its refusal tells what is wrong with it, and where. */
export function usePreview(definition: Definition) {
  return useQuery({
    queryKey: ['preview', JSON.stringify(definition)],
    queryFn: ({ signal }) =>
      answer(verdictsControllerDraft({ body: { ...definition, limit: PREVIEW_MAX }, signal })),
    retry: false,
    refetchInterval: 5_000,
  });
}

function useReload(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await queries.invalidateQueries({ queryKey: ['rules'] });
    await queries.invalidateQueries({ queryKey: ['rule'] });
  };
}

/** Saves a rule as a draft: a new one, or a revision of what was seen. */
export function useSave(rule: Rule | undefined) {
  const reload = useReload();
  return useMutation({
    mutationFn: (definition: Definition) =>
      rule === undefined
        ? answer(rulesControllerCreate({ body: { ...definition, mode: 'draft' }, headers: idempotencyKey() }))
        : answer(
            rulesControllerRevise({
              path: { ruleId: rule.ruleId },
              headers: ifMatch(rule.revision),
              body: { ...definition, mode: 'draft' },
            }),
          ),
    onSuccess: reload,
  });
}

export type Step = 'submit' | 'shadow' | 'approve' | 'reject' | 'disable';

/** Moves a rule on its way: to approval, into force, out of it. */
export function useStep({ ruleId, revision }: Rule) {
  const reload = useReload();
  return useMutation({
    mutationFn: ({ step, reason }: { readonly step: Step; readonly reason: string }) => {
      const why = reason === '' ? {} : { reason };
      const path = { ruleId };
      const headers = idempotencyKey();
      switch (step) {
        case 'submit':
        case 'shadow':
          return answer(
            ruleApprovalControllerSubmit({
              path,
              headers: { ...headers, ...ifMatch(revision) },
              body: { ...why, wanted: step === 'submit' ? 'active' : 'shadow' },
            }),
          );
        case 'approve':
          return answer(ruleApprovalControllerApprove({ path, headers, body: { ...why, revision } }));
        case 'reject':
          return answer(ruleApprovalControllerReject({ path, headers, body: why }));
        case 'disable':
          return answer(
            rulesControllerDisable({ path, headers: { ...headers, ...ifMatch(revision) }, body: why }),
          );
      }
    },
    onSuccess: reload,
  });
}
