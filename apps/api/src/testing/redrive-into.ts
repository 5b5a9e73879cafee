import type { Redrive } from '@flightdeck/contracts';

/** A pipeline that notes what it is given. */
export function redriveInto(redriven: string[]): Redrive {
  return {
    redrive: async (record, request) => {
      redriven.push(
        Buffer.from(request.correctedBytes ?? Buffer.from(record.bytesBase64, 'base64')).toString(),
      );
      if (record.reason === 'too-large') return { ok: false, code: 'not-admissible', detail: 'Too large.' };
      return { ok: true, outcome: 'accepted', eventId: 'e1' };
    },
  };
}
