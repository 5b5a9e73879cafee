import { ROLES } from '@flightdeck/contracts';
import { Argument, Command } from 'commander';
import type { Config } from '../config.js';
import type { ApiClient } from './client.js';
import { connect } from './connect.js';
import { output } from './output.js';

interface Key {
  readonly keyId: string;
  readonly role: string;
  readonly name: string;
  readonly createdAt: string;
}
interface Options {
  readonly json?: true;
}

/** `keys create | list | revoke`: API keys with a role. */
export function keysCommand(config: () => Config): Command {
  const keys = new Command('keys').description('API keys: create, list, revoke');
  const json = ['--json', 'print one JSON document for programs'] as const;
  keys
    .command('create')
    .description('make a key; its token is shown once')
    .addArgument(new Argument('<role>', 'what the key may do').choices(ROLES))
    .option('--name <name>', 'what the key is for', 'unnamed')
    .option('--person <person>', 'who holds it; four eyes are two persons, not two keys')
    .option(...json)
    .action((role: string, { name, person, json: asJson }: Options & { name: string; person?: string }) =>
      connected(config(), async (client) => {
        const key = (await client.post('/v1/keys', { role, name, person })) as Key & { token: string };
        const sentences = `Key ${key.keyId} for role ${key.role}. Its token, shown only now:\n${key.token}`;
        output(asJson === true).result(key, sentences);
      }),
    );
  keys
    .command('list')
    .description('list the keys in force')
    .option(...json)
    .action((options: Options) =>
      connected(config(), async (client) => {
        const { items } = (await client.get('/v1/keys')) as { items: readonly Key[] };
        const lines = items.map(
          (key) => `${key.keyId}  ${key.role.padEnd(8)}  ${key.createdAt}  ${key.name}`,
        );
        output(options.json === true).result(items, lines.length === 0 ? 'No keys.' : lines.join('\n'));
      }),
    );
  keys
    .command('revoke')
    .description('end a key at once')
    .argument('<keyId>')
    .option(...json)
    .action((keyId: string, options: Options) =>
      connected(config(), async (client) => {
        await client.delete(`/v1/keys/${encodeURIComponent(keyId)}`);
        output(options.json === true).result({ keyId, revoked: true }, `Key ${keyId} is revoked.`);
      }),
    );
  return keys;
}

async function connected(config: Config, use: (client: ApiClient) => Promise<void>): Promise<void> {
  const connection = await connect(config);
  try {
    await use(connection.client);
  } finally {
    await connection.close();
  }
}
