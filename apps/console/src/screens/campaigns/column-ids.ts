export const COLUMN_IDS = [
  'name',
  'status',
  'spend',
  'pacing',
  'forecast',
  'trend',
  'command',
  'exhausts',
  'utilization',
  'risk',
  'advertiser',
  'tags',
  'zone',
  'ends',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];
export const COLUMNS_SHOWN_FIRST: readonly ColumnId[] = [
  'name',
  'status',
  'spend',
  'pacing',
  'forecast',
  'trend',
  'command',
];
