export { IngestModule, type IngestOptions } from './ingest.module.js';
export {
  IngestService,
  IngestUnavailable,
  type EventResult,
  type IngestAnswer,
  type IngestOutcome,
  type IngestRequest,
} from './service/ingest-service.js';
export { COLLECTOR, type Collector } from './collect/collector.js';
export { KinesisTransport } from './kinesis/kinesis-transport.js';
export { EventsController } from './http/events.controller.js';
export { IngestBusy } from './service/admission.js';
export { PipelineUnavailable } from './pipeline/pipeline-unavailable.js';
export { PipelinePool } from './pipeline/pipeline-pool.js';
export { Redrive, type RecordRedrive } from './redrive/redrive.js';
export {
  openImport,
  IMPORT_FORMATS,
  type ImportBatch,
  type ImportFormat,
  type ImportOptions,
} from './import/import.js';
export { ImportRefused } from './import/import-refused.js';
export { CRITEO_EPOCH } from './import/criteo.js';
export { EVENT_CONTENT_TYPES } from './parse/content-type.js';
export { BODY_BYTES_MAX, EVENTS_MAX } from './parse/limits.js';
export { TIME_WINDOWS, type RequestContext, type TimeWindows } from './prepare/settings.js';
export { openProfiles, type OpenProfiles, type ProfileAddresses } from './profiles/profiles.module.js';
export { profilesEnvironment } from './profiles/profiles-environment.js';
