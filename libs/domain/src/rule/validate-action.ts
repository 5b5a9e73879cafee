import type { CommandName } from '../command/events.js';
import { isRecord, own, unknownKeys, type Problem } from './problem.js';

/** A rule multiplies a budget or a bid by at most this, and by no less than its inverse: a slip of the pen must not cost a month. */
export const FACTOR_MAX = 10;
const FACTOR_MIN = 1 / FACTOR_MAX;
export const MESSAGE_LENGTH_MAX = 1000;

type Params = Readonly<Record<string, unknown>>;

const POINTER = '/action/params';

const PARAMS: Readonly<Record<CommandName, (params: Params) => readonly Problem[]>> = {
  PauseCampaign: (params) => unknownOf(params, []),
  ResumeCampaign: (params) => unknownOf(params, []),
  AdjustDailyBudget: (params) => {
    const kinds = Object.keys(params);
    if (kinds.length !== 1 || (kinds[0] !== 'dailyMicros' && kinds[0] !== 'factor')) {
      return [{ pointer: POINTER, message: 'must have either dailyMicros or factor' }];
    }
    return kinds[0] === 'factor' ? factorProblems(params) : amountProblems(params);
  },
  AdjustBid: (params) => [...unknownOf(params, ['factor']), ...factorProblems(params)],
  NotifyOwner: (params) => [...unknownOf(params, ['message']), ...messageProblems(params)],
};

/** Everything wrong with what a rule orders. */
export function actionProblems(action: unknown): readonly Problem[] {
  if (!isRecord(action)) return [{ pointer: '/action', message: 'must be {command, params}' }];
  const command = own(action, 'command');
  const params = own(action, 'params');
  if (!isCommandName(command)) {
    return [{ pointer: '/action/command', message: `must be one of ${Object.keys(PARAMS).join(', ')}` }];
  }
  return isRecord(params) ? PARAMS[command](params) : [{ pointer: POINTER, message: 'must be an object' }];
}

function isCommandName(value: unknown): value is CommandName {
  return typeof value === 'string' && Object.hasOwn(PARAMS, value);
}

function unknownOf(params: Params, known: readonly string[]): readonly Problem[] {
  if (known.length > 0) return unknownKeys(params, known, POINTER);
  return Object.keys(params).length === 0
    ? []
    : [{ pointer: POINTER, message: 'must be empty for this command' }];
}

function factorProblems(params: Params): readonly Problem[] {
  const factor = own(params, 'factor');
  if (typeof factor === 'number' && factor >= FACTOR_MIN && factor <= FACTOR_MAX) return [];
  return [{ pointer: `${POINTER}/factor`, message: `must be a number from ${FACTOR_MIN} to ${FACTOR_MAX}` }];
}

function amountProblems(params: Params): readonly Problem[] {
  const amount = own(params, 'dailyMicros');
  if (typeof amount === 'number' && Number.isSafeInteger(amount) && amount > 0) return [];
  return [{ pointer: `${POINTER}/dailyMicros`, message: 'must be a positive integer of micros' }];
}

function messageProblems(params: Params): readonly Problem[] {
  const message = own(params, 'message');
  if (message === undefined || (typeof message === 'string' && message.length <= MESSAGE_LENGTH_MAX))
    return [];
  return [
    { pointer: `${POINTER}/message`, message: `must be a text of at most ${MESSAGE_LENGTH_MAX} characters` },
  ];
}
