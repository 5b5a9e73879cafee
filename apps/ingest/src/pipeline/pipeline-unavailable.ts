/** The pipeline did not answer; nothing of the request was written. */
export class PipelineUnavailable extends Error {
  override readonly name = 'PipelineUnavailable';
}
