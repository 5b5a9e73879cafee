/** What Flightdeck orders: the `detail` of the event (`/asyncapi.json` has all of it). */
export interface Command {
  readonly commandId: string;
  readonly command: string;
  readonly campaignId: string;
  /** Per campaign, without a gap. */
  readonly sequence: number;
  readonly expiresAt: string;
  readonly params: Readonly<Record<string, unknown>>;
}
export type Outcome = 'applied' | 'rejected' | 'superseded';

/** What this campaign system brings along. */
export interface CampaignSystem {
  /** What came of a command that was seen before. */
  outcomeOf(commandId: string): Promise<Outcome | undefined>;
  /** The highest sequence applied to a campaign; 0 before the first. */
  lastSequence(campaignId: string): Promise<number>;
  /** Carries the command out and keeps its outcome and its sequence, in one transaction. */
  apply(command: Command): Promise<Outcome>;
  nowMs(): number;
}

/** The parts of Lambda's SQS event that are read here: EventBridge puts its event into the body. */
export interface SqsEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}
export interface SqsAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Tells Flightdeck what was done; an exception means: try again. */
export type Acknowledge = (commandId: string, outcome: Outcome) => Promise<void>;

/** `POST /v1/commands/{id}/ack`. That it was answered otherwise before, or is not known, does not change with another try. */
export function acknowledgeTo(url: string, token: string): Acknowledge {
  return async (commandId, outcome) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${url}/v1/commands/${encodeURIComponent(commandId)}/ack`, {
      ...{ method: 'POST', headers, body: JSON.stringify({ outcome }), signal: AbortSignal.timeout(10_000) },
    });
    if (!answer.ok && answer.status !== 404 && answer.status !== 409)
      throw new Error(`The acknowledgement was answered with ${answer.status}.`);
  };
}

/** A Lambda handler for a queue with `ReportBatchItemFailures`: what fails comes again, and so does what stands behind it. */
export function campaignSystem(system: CampaignSystem, acknowledge: Acknowledge) {
  return async ({ Records }: SqsEvent): Promise<SqsAnswer> => {
    const failures: { readonly itemIdentifier: string }[] = [];
    const waiting = new Set<string>();
    for (const { messageId, body } of Records) {
      const { detail } = JSON.parse(body) as { readonly detail: Command };
      try {
        if (waiting.has(detail.campaignId)) throw new Error('An earlier command of the campaign failed.');
        const outcome = await obey(system, detail);
        if (outcome !== undefined) await acknowledge(detail.commandId, outcome);
      } catch {
        waiting.add(detail.campaignId);
        failures.push({ itemIdentifier: messageId }); // Lambda counts it, and the queue gives it again
      }
    }
    return { batchItemFailures: failures };
  };
}

/** Undefined for a command whose time has run out: Flightdeck has written it off, and there is nothing to acknowledge. */
async function obey(system: CampaignSystem, command: Command): Promise<Outcome | undefined> {
  const known = await system.outcomeOf(command.commandId);
  if (known !== undefined) return known; // it came again: only the acknowledgement may have been lost
  if (Date.parse(command.expiresAt) <= system.nowMs()) return undefined;
  if (command.sequence <= (await system.lastSequence(command.campaignId))) return 'superseded';
  return system.apply(command);
}
