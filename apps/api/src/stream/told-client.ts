import type { Checkpoint } from '@flightdeck/event-store';
import type { EventStreamConnection } from './event-stream-connection.js';
import { encodeResumePoint, type ResumePoint } from './resume-point.js';

/** One client and how far it has been told, topic by topic. */
export class ToldClient {
  private point: ResumePoint;

  constructor(
    readonly connection: EventStreamConnection,
    from: ResumePoint,
    /** Only of this campaign; undefined: of all. */
    readonly campaignId: string | undefined,
  ) {
    this.point = from;
  }

  get resumePoint(): ResumePoint {
    return this.point;
  }

  get signal(): AbortSignal {
    return this.connection.signal;
  }

  isGone(): boolean {
    return this.signal.aborted;
  }

  /** What has been told from now on; the next frame's id says so. */
  told(point: ResumePoint): void {
    this.point = { ...this.point, ...point };
  }

  toldFollow(topic: 'commands' | 'events', checkpoint: Checkpoint, skip: number): void {
    this.told({ [topic]: { checkpoint, skip } });
  }

  /** One frame whose id is everything told, this frame included. `data` has no line break: it is JSON. */
  send(topic: string, data: string): Promise<void> {
    return this.connection.write(this.frame(topic, data));
  }

  frame(topic: string, data: string): string {
    return `event: ${topic}\nid: ${encodeResumePoint(this.point)}\ndata: ${data}\n\n`;
  }
}
