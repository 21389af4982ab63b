import { fork } from 'node:child_process';

/** What a client process sends to the one that started it. */
type Report<Result> =
  | { readonly type: 'mark'; readonly name: string }
  | { readonly type: 'done'; readonly result: Result }
  | { readonly type: 'failed'; readonly reason: string };

/**
 * Runs in a client process: waits for its task, does it, sends the result and exits. `mark` tells
 * the starter that a moment has come at which it should read the server's clock.
 */
// eslint-disable-next-line typescript/no-unnecessary-type-parameters -- both ends name what crosses
export async function answer<Task, Result>(
  work: (task: Task, mark: (name: string) => void) => Promise<Result>,
): Promise<void> {
  const send = (report: Report<Result>): Promise<void> =>
    new Promise((resolve) => {
      process.send!(report, undefined, {}, () => resolve());
    });
  const task = await new Promise<Task>((resolve) => {
    process.once('message', (message) => resolve(message as Task));
  });
  try {
    const result = await work(task, (name) => void send({ type: 'mark', name }));
    await send({ type: 'done', result });
  } catch (error) {
    await send({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
  process.exit();
}

/**
 * Starts a client process, hands it a task and resolves with its result. Rejects when it fails,
 * ends early or takes longer than `timeoutMs`, and never leaves it behind.
 */
// eslint-disable-next-line typescript/no-unnecessary-type-parameters -- both ends name what crosses
export function ask<Task extends object, Result>(
  program: URL,
  task: Task,
  options: { readonly timeoutMs: number; readonly onMark?: (name: string) => void },
): Promise<Result> {
  const child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise<Result>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the clients took longer than ${options.timeoutMs} ms`)),
      options.timeoutMs,
    );
    child.on('message', (message) => {
      const report = message as Report<Result>;
      if (report.type === 'mark') options.onMark?.(report.name);
      else {
        clearTimeout(timer);
        if (report.type === 'done') resolve(report.result);
        else reject(new Error(report.reason));
      }
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the clients ended early (${String(code)})`)));
    child.send(task);
  }).finally(() => child.kill('SIGKILL'));
}
