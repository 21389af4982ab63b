/** Something with processes of its own. */
interface Closable {
  /** Ends them. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Runs a campaign and ends its processes after it, however it went; also when this process is told
 * to end, which then ends with 1.
 */
export async function withStand<Result>(
  stand: Closable,
  campaign: () => Promise<Result>,
): Promise<Result> {
  let isStopping = false;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      isStopping = true;
      void stand.close().finally(() => process.exit(1));
    });
  }
  try {
    return await campaign();
  } catch (error) {
    // What it stood on was taken away: the signal's own end comes in a moment.
    if (isStopping) await new Promise<never>(() => undefined);
    throw error;
  } finally {
    await stand.close();
  }
}
