import type { FactDefinition, FactSpan } from './fact.js';

/** A fact of the catalog without what makes it change, which the functions below add. */
export type Row = Omit<FactDefinition, 'timeDriven' | 'resetsDaily'>;

/** Changes also with what other campaigns of the advertiser spend. */
export const shared = (fact: FactDefinition): FactDefinition => ({ ...fact, shared: true });
/** Changes as time passes. */
export const always = (row: Row): FactDefinition => ({ ...row, timeDriven: true, resetsDaily: true });
/** Changes with events and terms, and when a local day begins. */
export const daily = (row: Row): FactDefinition => ({ ...row, timeDriven: false, resetsDaily: true });
/** Changes with events and terms only. */
export const lasting = (row: Row): FactDefinition => ({ ...row, timeDriven: false, resetsDaily: false });

/** As facts of that span change: windows slide, a day ends, a lifetime does not. */
export function changing(span: FactSpan, row: Row): FactDefinition {
  if (span === 'today') return daily(row);
  return span === 'lifetime' ? lasting(row) : always(row);
}

export const SPAN_TEXT: Readonly<Record<FactSpan, string>> = {
  today: "on the campaign's local day",
  last5m: 'in the last 5 minutes',
  last15m: 'in the last 15 minutes',
  last60m: 'in the last 60 minutes',
  lifetime: 'since the first event',
};
