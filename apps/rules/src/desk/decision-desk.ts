import { encodeJson, STREAM } from '@flightdeck/contracts';
import {
  decision as decider,
  type DecisionBook,
  type DecisionCommand,
  type DecisionEvent,
  type FiringRefusal,
} from '@flightdeck/domain';
import type { EventStore, NewEvent } from '@flightdeck/event-store';
import { decisionFactId } from '../ids.js';
import { BookDesk, type Decided } from './book-desk.js';

const NOTHING = encodeJson({});

/** Records what rules decide without ordering anything, over `decision-<campaignId>`. */
export class DecisionDesk {
  private readonly desk: BookDesk<DecisionCommand, DecisionEvent, DecisionBook, FiringRefusal>;

  constructor(store: EventStore) {
    this.desk = new BookDesk(store, { decider, stream: STREAM.decision, encode });
  }

  /** The book as far as this process knows it, without waiting; undefined when it was not read yet. */
  peek(campaignId: string): DecisionBook | undefined {
    return this.desk.peek(campaignId);
  }

  /** The book as it is now. */
  read(campaignId: string): Promise<DecisionBook> {
    return this.desk.read(campaignId);
  }

  handle(campaignId: string, asked: DecisionCommand): Promise<Decided<DecisionEvent, FiringRefusal>> {
    return this.desk.handle(campaignId, asked);
  }
}

/** The whole fact names itself: a retry of an append is the same append. */
function encode(event: DecisionEvent): NewEvent {
  const id = decisionFactId(JSON.stringify([event.type, event.data]));
  return { id, type: event.type, data: encodeJson(event.data), metadata: NOTHING };
}
