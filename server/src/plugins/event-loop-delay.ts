import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Histogram } from 'prom-client';

/** How often the longest delay is noted. A scrape changes nothing, so several may watch. */
const EVERY_MS = 1_000;

/** How often the event loop is looked at; what it takes longer than that is delay. */
const RESOLUTION_MS = 10;

/** Upper bounds, in seconds: nobody notices 20 ms, everybody waits at 1 s. */
const SECONDS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** The longest delay of the event loop in each second, as a histogram. */
export interface EventLoopDelay {
  readonly series: Histogram;
  /** Ends the watch. Safe to call twice. */
  close(): void;
}

/** Starts to watch the event loop of this thread. */
export function watchEventLoop(): EventLoopDelay {
  const series = new Histogram({
    name: 'plenary_event_loop_delay_seconds',
    help: 'Longest delay of the event loop in each second.',
    buckets: SECONDS,
    registers: [],
  });
  const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  monitor.enable();
  const timer = setInterval(() => {
    // Without a sample the loop stood still until now, and the next second holds the delay.
    if (monitor.count === 0) return;
    series.observe(Math.max(0, monitor.max / 1e9 - RESOLUTION_MS / 1_000));
    monitor.reset();
  }, EVERY_MS);
  timer.unref();
  return {
    series,
    close() {
      clearInterval(timer);
      monitor.disable();
    },
  };
}
