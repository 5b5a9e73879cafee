import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  RULES_IMPORTED_MAX,
  type ExportedRulesResponse,
  type ImportedRulesResponse,
  type ImportOutcome,
} from '@flightdeck/contracts';
import { Command } from 'commander';
import type { Config } from '../config.js';
import type { ApiClient } from './client.js';
import { connect } from './connect.js';
import { EXIT, output } from './output.js';

interface Options {
  readonly json?: true;
  readonly dryRun?: boolean;
  readonly submit?: boolean;
  readonly reason?: string;
}

const SUFFIX = '.json';
/** What one request may weigh stays well below the server's limit. */
const PER_REQUEST_MAX = 200;

/** `rules export | import <directory>`: a file for each rule and each shared condition, for those who keep them in git. */
export function rulesCommand(config: () => Config): Command {
  const rules = new Command('rules').description('rules as files: export, import');
  const json = ['--json', 'print one JSON document for programs'] as const;
  rules
    .command('export')
    .description('write every rule and shared condition into files, each by its id')
    .argument('<directory>', 'made when it is not there')
    .option(...json)
    .action((directory: string, options: Options) =>
      connected(config(), async (client) => {
        const exported = (await client.get('/v1/rules/export')) as ExportedRulesResponse;
        write(join(directory, 'rules'), exported.rules, ({ ruleId }) => ruleId);
        write(join(directory, 'conditions'), exported.conditions, ({ conditionId }) => conditionId);
        const counts = { rules: exported.rules.length, conditions: exported.conditions.length };
        output(options.json === true).result(
          counts,
          `${counts.rules} rules and ${counts.conditions} conditions.`,
        );
      }),
    );
  rules
    .command('import')
    .description('make the rules say what the files say; the same files again change nothing')
    .argument('<directory>', 'as export wrote it')
    .option('--dry-run', 'say what would happen and do nothing')
    .option('--submit', 'where approval is required: submit what should be active')
    .option('--reason <reason>', 'why; kept in the history')
    .option(...json)
    .action((directory: string, options: Options) =>
      connected(config(), async (client) => {
        const told = await importFrom(client, directory, options);
        const all = [...told.conditions, ...told.rules];
        if (all.some(({ outcome }) => outcome === 'refused')) process.exitCode = EXIT.unavailable;
        output(options.json === true).result(told, all.map(line).join('\n') || 'Nothing to import.');
      }),
    );
  return rules;
}

function write<T>(directory: string, items: readonly T[], idOf: (item: T) => string): void {
  mkdirSync(directory, { recursive: true });
  for (const item of items)
    writeFileSync(join(directory, `${idOf(item)}${SUFFIX}`), `${JSON.stringify(item, null, 2)}\n`);
}

function read(directory: string): readonly unknown[] {
  const files = readdirSync(directory, { withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith(SUFFIX))
    .map(({ name }) => name)
    .sort();
  return files.map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as unknown);
}

/** The conditions go first, for rules name them. Everything is checked by a dry run before anything is written. */
async function importFrom(
  client: ApiClient,
  directory: string,
  { dryRun = false, submit = false, reason }: Options,
): Promise<ImportedRulesResponse> {
  const conditions = read(join(directory, 'conditions'));
  const rules = read(join(directory, 'rules'));
  if (conditions.length > RULES_IMPORTED_MAX)
    throw new Error(`At most ${RULES_IMPORTED_MAX} conditions can be imported at once.`);
  const said = reason === undefined ? {} : { reason };
  const parts = Math.max(1, Math.ceil(rules.length / PER_REQUEST_MAX));
  const send = async (isTrial: boolean): Promise<ImportedRulesResponse> => {
    const told: ImportedRulesResponse = { dryRun: isTrial, conditions: [], rules: [] };
    for (let part = 0; part < parts; part++) {
      const some = rules.slice(part * PER_REQUEST_MAX, (part + 1) * PER_REQUEST_MAX);
      const body = { conditions, rules: some, dryRun: isTrial, submit, ...said };
      const one = (await client.post('/v1/rules/import', body)) as ImportedRulesResponse;
      if (part === 0) told.conditions.push(...one.conditions); // unchanged from then on
      told.rules.push(...one.rules);
    }
    return told;
  };
  const trial = await send(true);
  return dryRun ? trial : await send(false);
}

function line({ id, outcome, code }: ImportOutcome): string {
  return `${outcome.padEnd(10)} ${id}${code === null ? '' : ` (${code})`}`;
}

async function connected(config: Config, use: (client: ApiClient) => Promise<void>): Promise<void> {
  const connection = await connect(config);
  try {
    await use(connection.client);
  } finally {
    await connection.close();
  }
}
