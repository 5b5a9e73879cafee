import type {
  AdvertiserRejection,
  CampaignRejection,
  CommandRejection,
  RuleRejection,
  SharedConditionRejection,
  WebhookRejection,
} from '@flightdeck/domain';
import { lostUpdate, ProblemException, type Expected } from '@flightdeck/platform';
import type { ApiKeyRejection } from '../keys/api-keys.js';

type Rejection =
  | AdvertiserRejection
  | CampaignRejection
  | RuleRejection
  | CommandRejection
  | ApiKeyRejection
  | SharedConditionRejection
  | WebhookRejection;

/** What each refusal of the business is answered with; a new code does not compile until it has a row here. */
const ANSWERS = {
  AlreadyRegistered: [409, 'already-registered', 'A campaign with this id and other terms is registered.'],
  NotRegistered: [404, 'not-registered', 'Nobody has registered this campaign.'],
  Ended: [409, 'ended', 'The campaign has ended.'],
  TooManyAdGroups: [409, 'too-many-ad-groups', 'No more ad groups of this campaign can have a budget.'],
  InvalidAt: [422, 'invalid-at', 'The time of the change is not one that a change can have.'],
  InvalidDetails: [422, 'invalid-details', 'A campaign cannot have these details.'],
  InvalidFlight: [422, 'invalid-flight', 'A campaign cannot have this flight.'],
  InvalidBudget: [422, 'invalid-budget', 'A campaign cannot have this budget.'],
  InvalidPacing: [422, 'invalid-pacing', 'A campaign cannot have this pacing.'],
  RuleExists: [409, 'rule-exists', 'Another rule has this id.'],
  NoSuchRule: [404, 'no-such-rule', 'There is no such rule.'],
  ApprovalRequired: [
    403,
    'approval-required',
    'A rule becomes active once somebody else has approved it: submit it.',
  ],
  NotPending: [409, 'not-pending', 'The rule does not wait for approval.'],
  NotSubmittable: [409, 'not-submittable', 'The rule is already in the mode that is asked for.'],
  OtherRevision: [
    409,
    'other-revision',
    'The approval is for another revision than the one that was submitted.',
  ],
  ApprovalExpired: [409, 'approval-expired', 'The rule was submitted too long ago: submit it again.'],
  NobodyNamed: [
    403,
    'nobody-named',
    'Four eyes need two persons: the keys of author and approver have to name one each.',
  ],
  SamePerson: [403, 'same-person', 'Nobody approves their own rule.'],
  StillOpen: [409, 'still-open', 'The command has not been answered and has not expired yet.'],
  AlreadyApplied: [409, 'already-applied', 'The campaign system has applied the command.'],
  NothingToUndo: [409, 'nothing-to-undo', 'The command changed nothing that could be taken back.'],
  NotRearmed: [409, 'not-rearmed', 'The rule has not been rearmed since it fired.'],
  UnknownCommand: [404, 'unknown-command', 'There is no such command.'],
  AlreadyAcknowledged: [409, 'already-acknowledged', 'The command was acknowledged with another outcome.'],
  NotYetOverdue: [409, 'not-yet-overdue', 'There is still time to answer the command.'],
  NotYetExpired: [409, 'not-yet-expired', 'The command has not expired yet.'],
  TooManyOpen: [409, 'too-many-open', 'The campaign has too many commands that nobody answered.'],
  TooLarge: [422, 'too-large', 'The command is larger than any bus takes.'],
  AlreadyFired: [409, 'already-fired', 'The rule has fired in this period.'],
  InCooldown: [409, 'in-cooldown', 'The rule is cooling down.'],
  DailyMaximum: [409, 'daily-maximum', 'The rule has fired as often as it may today.'],
  TooManyKeys: [409, 'too-many-keys', 'No more keys can be created.'],
  NoSuchCondition: [404, 'no-such-condition', 'There is no such shared condition.'],
  NoSuchKey: [404, 'no-such-key', 'There is no such key.'],
  TooManyWebhooks: [409, 'too-many-webhooks', 'No more webhooks can be created: delete one.'],
  NoSuchWebhook: [404, 'no-such-webhook', 'There is no such webhook.'],
} as const satisfies Record<Rejection['code'], readonly [status: number, code: string, detail: string]>;

/** The problem that a refusal is answered with. */
export function rejectionProblem(rejection: Rejection): ProblemException {
  const [status, code, detail] = ANSWERS[rejection.code];
  return new ProblemException(
    status,
    code,
    'detail' in rejection ? `${detail} ${sentence(rejection.detail)}` : detail,
  );
}

/** The problem of a change that could not be made because others changed the same thing at the same time. */
export function staleProblem(expected: Expected, actual: number): ProblemException {
  if (expected !== 'any') return lostUpdate(actual);
  return new ProblemException(503, 'busy', 'Many are changing this at once; try again.', {
    headers: { 'retry-after': '1' },
  });
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
