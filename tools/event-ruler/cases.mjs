// Writes random patterns, each with an event that comes near it: node cases.mjs <seed> <count>. See README.md beside it.
let state = Number(process.argv[2] ?? 1);
const count = Number(process.argv[3] ?? 1_000);
/** Longer ones teach little more and cost space. */
const CASE_LENGTH_MAX = 300;

const random = () => (state = (state * 1_664_525 + 1_013_904_223) >>> 0) / 2 ** 32;
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];
const some = (max, make) => Array.from({ length: 1 + below(max) }, make);
const chance = (share) => random() < share;

const FIELDS = ['type', 'campaign', 'data', 'tags'];
const WORDS = [
  'pause',
  'PauseCampaign',
  'pausecampaign',
  'EU',
  'eu',
  'c-1',
  'c-12',
  '10.0.0.7',
  '10.0.1.7',
  'fd00::1',
  'a*b',
  'ünï',
  'Ünï',
];
const NUMBERS = [0, 1, -1, 0.5, 90, 100, 1e9, -3.25];
const RANGES = ['10.0.0.0/24', '10.0.0.0/16', 'fd00::/8', '10.0.0.8/31'];

const scalar = () =>
  pick([() => pick([...WORDS, '']), () => pick(WORDS), () => pick(NUMBERS), () => chance(0.5), () => null])();
const head = (word) => word.slice(0, 1 + below(word.length));
const tail = (word) => word.slice(below(word.length));
function starred(word) {
  const from = below(word.length + 1);
  const to = from + below(word.length - from + 1);
  return `${word.slice(0, from)}*${word.slice(to)}`.replaceAll('**', '*');
}
const wildcard = () => starred(pick(WORDS).replaceAll('*', '\\*'));
const between = () => {
  const [low, high] = [pick(NUMBERS), pick(NUMBERS)].sort((a, b) => a - b);
  return ['>', low, '<=', low === high ? high + 1 : high];
};

const MATCHERS = [
  scalar,
  scalar,
  scalar,
  () => ({ prefix: head(pick(WORDS)) }),
  () => ({ suffix: tail(pick(WORDS)) }),
  () => ({ prefix: { 'equals-ignore-case': head(pick(WORDS)) } }),
  () => ({ suffix: { 'equals-ignore-case': tail(pick(WORDS)) } }),
  () => ({ 'equals-ignore-case': pick(WORDS) }),
  () => ({ wildcard: wildcard() }),
  () => ({ exists: chance(0.5) }),
  () => ({ numeric: [pick(['<', '<=', '>', '>=', '=']), pick(NUMBERS)] }),
  () => ({ numeric: between() }),
  () => ({ cidr: pick(RANGES) }),
  () => ({ 'anything-but': pick([pick(WORDS), some(2, () => pick(WORDS)), some(2, () => pick(NUMBERS))]) }),
  () => ({ 'anything-but': pick([{ prefix: head(pick(WORDS)) }, { suffix: tail(pick(WORDS)) }]) }),
  () => ({ 'anything-but': pick([{ 'equals-ignore-case': pick(WORDS) }, { wildcard: wildcard() }]) }),
];

function pattern(depth = 0, fields = FIELDS) {
  const made = {};
  for (const field of some(2, () => pick(fields)))
    made[field] = depth < 2 && chance(0.35) ? pattern(depth + 1) : some(2, () => pick(MATCHERS)());
  // A field inside $or and beside it too means something else to each reader; Flightdeck refuses it.
  const free = FIELDS.filter((field) => !(field in made));
  if (fields === FIELDS && chance(0.2)) made.$or = [pattern(depth + 1, free), pattern(depth + 1, free)];
  return made;
}

function value(depth) {
  const kind = random();
  if (depth < 2 && kind < 0.3) return event(depth + 1);
  if (depth < 2 && kind < 0.4) return some(3, () => (chance(0.7) ? event(depth + 1) : scalar()));
  if (kind < 0.55) return some(3, scalar);
  return kind < 0.58 ? [] : scalar();
}

function event(depth = 0) {
  const fields = FIELDS.filter(() => chance(0.7));
  return Object.fromEntries(fields.map((field) => [field, value(depth)]));
}

/** Something that the matcher fits, or nearly. */
function fitting(matcher) {
  if (typeof matcher !== 'object' || matcher === null) return matcher;
  const [name, wanted] = Object.entries(matcher)[0];
  const text = typeof wanted === 'string' ? wanted : wanted['equals-ignore-case'];
  if (name === 'prefix') return `${wanted === text ? text : text.toUpperCase()}z`;
  if (name === 'suffix') return `z${wanted === text ? text : text.toUpperCase()}`;
  if (name === 'equals-ignore-case') return text.toUpperCase();
  if (name === 'wildcard') return text.replaceAll('\\*', '\0').replaceAll('*', 'mid').replaceAll('\0', '*');
  if (name === 'cidr') return pick(['10.0.0.7', '10.0.1.7', 'fd00::1', '10.0.0.9']);
  return name === 'numeric' ? pick(NUMBERS) : scalar();
}

function near(wanted, depth = 0) {
  const made = event(depth);
  for (const [field, inner] of Object.entries(wanted)) {
    if (field === '$or') Object.assign(made, near(pick(inner), depth));
    else if (chance(0.15)) delete made[field];
    else if (!Array.isArray(inner))
      made[field] = chance(0.3) ? [near(inner, depth + 1), event(depth + 1)] : near(inner, depth + 1);
    else made[field] = chance(0.2) ? [scalar(), fitting(pick(inner))] : fitting(pick(inner));
  }
  return made;
}

for (let written = 0; written < count;) {
  const wanted = pattern();
  const line = JSON.stringify({ pattern: wanted, event: chance(0.7) ? near(wanted) : event() });
  if (line.length > CASE_LENGTH_MAX) continue;
  console.log(line);
  written += 1;
}
