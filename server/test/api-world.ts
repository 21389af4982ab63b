import cookie from '@fastify/cookie';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, {
  type FastifyInstance,
  type InjectOptions,
  type LightMyRequestResponse,
  type RouteOptions,
} from 'fastify';
import type { UpdateLog } from '@plenary/relay';
import { vi } from 'vitest';
import { memoryCounters } from '../src/domain/attempts.ts';
import { createTokenByOperator, createUserByOperator } from '../src/domain/operator.ts';
import type { WorkspaceNews } from '../src/domain/ports.ts';
import type { Workspace } from '../src/domain/workspace.ts';
import { createNewsHub, type NewsHub } from '../src/news-hub.ts';
import { authentication } from '../src/plugins/authentication.ts';
import { problems } from '../src/plugins/problems.ts';
import { apiRoutes } from '../src/routes/index.ts';
import { openTestStorage } from './test-storage.ts';

/** Address the test server believes to be reached at. */
export const PUBLIC_URL = 'http://plenary.test';

/** Somebody who calls the API, with a token of their own. */
export interface Caller {
  readonly email: string;
  readonly personId: string;
  readonly token: string;
}

/** The API over a store of its own, with a clock that a test moves. */
export interface ApiWorld {
  readonly app: FastifyInstance;
  readonly log: UpdateLog;
  readonly workspace: Workspace;
  readonly news: NewsHub;
  /** All news so far. */
  readonly published: WorkspaceNews[];
  /** Lets time pass. */
  pass(ms: number): void;
  /** Makes a person who can call the API. */
  caller(name: string, options?: { readonly isAdministrator?: boolean }): Promise<Caller>;
  /** Calls the API; as nobody when there is no caller. */
  call(
    caller: Caller | null,
    method: NonNullable<InjectOptions['method']>,
    path: string,
    body?: object,
  ): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

/** Opens the API over a fresh store. */
export async function openApiWorld(
  options: {
    readonly hasLimits?: boolean;
    readonly sendsMail?: boolean;
    readonly publicUrl?: string;
    /** Told of every route as it is registered. */
    readonly onRoute?: (route: RouteOptions) => void;
  } = {},
): Promise<ApiWorld> {
  const storage = await openTestStorage();
  let elapsed = 0;
  const app = Fastify({ routerOptions: { maxParamLength: 320 } });
  const news = createNewsHub(app.log);
  const published: WorkspaceNews[] = [];
  news.subscribe((item) => published.push(item));
  const workspace: Workspace = {
    db: storage.db,
    clock: { now: () => Date.now() + elapsed },
    news,
    mailFolder: storage.mailFolder,
    sendsMail: options.sendsMail ?? false,
    files: storage.files,
    publicUrl: options.publicUrl ?? PUBLIC_URL,
  };
  if (options.onRoute !== undefined) app.addHook('onRoute', options.onRoute);
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  await app.register(problems);
  await app.register(cookie);
  await app.register(authentication, { workspace });
  await app.register(apiRoutes, {
    prefix: '/api/v1',
    workspace,
    hasLimits: options.hasLimits ?? false,
    openCounter: memoryCounters(workspace.clock),
  });

  return {
    app,
    log: storage.log,
    workspace,
    news,
    published,
    pass(ms) {
      elapsed += ms;
    },
    async caller(name, { isAdministrator = false } = {}) {
      const email = `${name.toLowerCase()}@example.org`;
      const created = await createUserByOperator(workspace, { email, name, isAdministrator });
      const issued = await createTokenByOperator(workspace, { email });
      if (!created.ok || !issued.ok) throw new Error(`${name} could not be made`);
      return { email, personId: created.value.personId, token: issued.value.token };
    },
    call(caller, method, path, body) {
      return app.inject({
        method,
        url: `/api/v1${path}`,
        ...(body === undefined ? {} : { payload: body }),
        ...(caller === null ? {} : { headers: { authorization: `Bearer ${caller.token}` } }),
      });
    },
    async close() {
      await app.close();
      await storage.close();
    },
  };
}

/** The secret in the last link that a mail to this address holds. Fails when there is none. */
export async function linkSecretMailedTo(world: ApiWorld, email: string): Promise<string> {
  const rows = await world.workspace.db
    .selectFrom('mails')
    .select('id')
    .where('recipient', '=', email)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  for (const { id } of rows) {
    const text = await world.workspace.mailFolder.read(id);
    const secret = /\/link#([\w-]+)/.exec(text ?? '')?.[1];
    if (secret !== undefined) return secret;
  }
  throw new Error(`no link was mailed to ${email}`);
}

/** The value of the session cookie that an answer sets. Fails when it sets none. */
export function sessionCookieOf(response: LightMyRequestResponse): string {
  const found = response.cookies.find((entry) => entry.name === 'plenary_session');
  if (found === undefined) throw new Error(`no session cookie: ${response.body}`);
  return found.value;
}

/** Longest wait for something that must happen; far beyond what it takes on a busy machine. */
const PATIENCE_MS = 15_000;

/** Resolves to what `check` answers as soon as it stops throwing. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: PATIENCE_MS, interval: 20 });
}
