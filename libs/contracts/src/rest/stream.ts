import { z } from 'zod';

export const STREAM_TOPICS = ['pacing', 'commands', 'events', 'health'] as const;
export type StreamTopic = (typeof STREAM_TOPICS)[number];

export const streamQuerySchema = z.strictObject({
  topics: z
    .string()
    .max(100)
    .default('pacing,commands')
    .transform((text) => [...new Set(text.split(',').map((topic) => topic.trim()))])
    .pipe(z.array(z.enum(STREAM_TOPICS)).min(1))
    .meta({ description: 'Comma-separated: pacing, commands, events, health.' }),
  campaignId: z.string().max(128).optional().meta({ description: 'Only of this campaign.' }),
});
export type StreamQuery = z.output<typeof streamQuerySchema>;
