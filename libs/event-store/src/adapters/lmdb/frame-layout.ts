/*
 * One stored chunk: the events of one append to one stream, or a part of them. Little-endian.
 *
 *    0 u8   format, 1           16 u64  revision of the first event     40      ends: per event u32 of its data, u32 of its metadata
 *    1 u8   0                   24 u64  recorded at, epoch ms                   types: per event u16: 15 bits into the type names, the highest set where data is not JSON
 *    2 u16  bytes of stream     32 u32  bytes of type names                     ids: 16 bytes per event
 *    4 u32  count of events     36 u32  CRC-32 of 40…end, then 0…36             stream, then type names (each u16 length, UTF-8)
 *    8 u64  global position of the first event                                  bodies: data and metadata of each event in turn
 *
 * Ends count from the start of the bodies, so any event is found without reading those before it.
 */
export const FORMAT = 1;
export const HEADER = 40;
export const ENDS = 8;
export const TYPE = 2;
export const ID = 16;
export const PER_EVENT = ENDS + TYPE + ID;
export const CHECKSUM_AT = 36;
export const BINARY = 0x8000;
export const NAME_BITS = 0x7fff;
