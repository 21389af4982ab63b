import { runAdmin, type ProcessOptions, type ServerProcess } from './server-process.ts';

/** Calls the API of a running server as one person, by token. */
export interface ApiClient {
  readonly token: string;
  /** Resolves to the parsed body; rejects with the problem when the status is not 2xx. */
  call<T>(method: string, path: string, body?: object): Promise<T>;
}

/** Makes a person by the operator's commands and a client that calls the API as them. */
export async function createClient(
  server: ServerProcess,
  options: ProcessOptions,
  name: string,
): Promise<ApiClient> {
  const email = `${name.toLowerCase()}@example.org`;
  for (const args of [
    ['user', 'create', '--email', email, '--name', name],
    ['token', 'create', '--email', email],
  ]) {
    const { code, stdout, stderr } = await runAdmin(args, options);
    if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
    if (args[0] === 'token') return clientOf(server.url, stdout.trimEnd().split('\n').at(-1)!);
  }
  throw new Error('no token was created');
}

/** A client with a token that exists. */
export function clientOf(url: string, token: string): ApiClient {
  return {
    token,
    async call<T>(method: string, path: string, body?: object): Promise<T> {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as T; // the caller names what is documented
    },
  };
}

/** A new document with one chapter in an activity of its own; resolves to the chapter's id. */
export async function createChapter(client: ApiClient): Promise<string> {
  const activity = await client.call<{ id: string }>('POST', '/activities', { title: 'Sea trial' });
  const document = await client.call<{ chapters: { id: string }[] }>(
    'POST',
    `/activities/${activity.id}/documents`,
    { title: 'Report', template: 'blank' },
  );
  return document.chapters[0]!.id;
}
