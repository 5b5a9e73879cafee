import type { KinesisBatchResponse } from '@flightdeck/contracts';
import { lambdaEnvironment } from './environment.js';
import { openLambdaIngest, type LambdaIngest } from './lambda.module.js';

/** One for each execution environment, opened by its first invocation; one that failed to open is opened again by the next. */
let opening: Promise<LambdaIngest> | undefined;

/** The function's entry: `index.handler`, for a Kinesis event source mapping with `ReportBatchItemFailures`. */
export async function handler(invocation: unknown): Promise<KinesisBatchResponse> {
  opening ??= openLambdaIngest({
    ...lambdaEnvironment(process.env),
    onNotice: (text) => console.warn(text),
    onError: (error) => console.error(error),
    onFatal: (error) => {
      console.error(error);
      process.exit(1); // Lambda starts another environment and hands the batch over again
    },
  });
  const current = opening;
  const ingest = await current.catch((error: unknown) => {
    opening = undefined;
    throw error;
  });
  return ingest.handle(invocation);
}
