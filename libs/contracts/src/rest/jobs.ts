import { z } from 'zod';
import { instantSchema } from './primitives.js';

/** What every job that runs beside the live system tells of itself. */
export const jobMembers = {
  state: z.enum(['waiting', 'running', 'done', 'cancelled', 'failed']),
  requestedBy: z.string(),
  requestedAt: instantSchema,
  finishedAt: instantSchema.nullable(),
  error: z.string().nullable(),
};
type JobMembers = typeof jobMembers;
export type JobState = { [Member in keyof JobMembers]: z.output<JobMembers[Member]> };
