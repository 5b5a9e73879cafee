import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, idempotencyKey } from '../../api/client';
import {
  commandsByHandControllerExplanation,
  commandsByHandControllerRedrive,
  commandsByHandControllerUndo,
  commandsControllerList,
  commandsControllerRead,
} from '../../api/generated/sdk.gen';
import type { Command } from '../../api/generated/types.gen';
import { askAgain } from '../../live/ask-again';
import { useCommandChanges } from '../../live/live';

export const SHOWN_MAX = 200;

export type CommandState = Command['state'];

export function useCommands(filter: {
  readonly campaignId?: string | undefined;
  readonly ruleId?: string | undefined;
  readonly state?: CommandState | undefined;
}) {
  const queries = useQueryClient();
  useCommandChanges(() => void askAgain(queries, 'commands'));
  const { campaignId, ruleId, state } = filter;
  return useQuery({
    queryKey: ['commands', campaignId ?? '', ruleId ?? '', state ?? ''],
    queryFn: ({ signal }) =>
      answer(
        commandsControllerList({
          query: {
            limit: SHOWN_MAX,
            ...(campaignId === undefined ? {} : { campaignId }),
            ...(ruleId === undefined ? {} : { ruleId }),
            ...(state === undefined ? {} : { state }),
          },
          signal,
        }),
      ),
  });
}

export function useCommand(commandId: string) {
  const queries = useQueryClient();
  useCommandChanges((changes) => {
    if (changes.some((change) => change.commandId === commandId))
      void askAgain(queries, 'command', commandId);
  });
  const command = useQuery({
    queryKey: ['command', commandId, 'state'],
    queryFn: ({ signal }) => answer(commandsControllerRead({ path: { commandId }, signal })),
  });
  const explanation = useQuery({
    queryKey: ['command', commandId, 'explanation'],
    queryFn: ({ signal }) => answer(commandsByHandControllerExplanation({ path: { commandId }, signal })),
  });
  return { command, explanation };
}

/** Takes a command back, or sends it once more. */
export function useByHand(commandId: string, what: 'undo' | 'redrive') {
  const queries = useQueryClient();
  const call = what === 'undo' ? commandsByHandControllerUndo : commandsByHandControllerRedrive;
  return useMutation({
    mutationFn: (reason: string) =>
      answer(call({ path: { commandId }, body: reason === '' ? {} : { reason }, headers: idempotencyKey() })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['commands'] });
      void queries.invalidateQueries({ queryKey: ['command'] });
    },
  });
}

/** From when it was issued until the campaign system answered; undefined while it has not. */
export function reactionMs({ issuedAt, acknowledgement }: Command): number | undefined {
  return acknowledgement === null ? undefined : Date.parse(acknowledgement.at) - Date.parse(issuedAt);
}
