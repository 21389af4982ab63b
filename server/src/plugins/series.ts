import { Counter, Gauge, type Metric } from 'prom-client';

/** A number that is kept elsewhere and read when somebody looks. */
export interface ReadSeries {
  readonly name: string;
  readonly help: string;
  /** `counter` for what only grows. */
  readonly type: 'gauge' | 'counter';
  readonly values:
    | { readonly read: () => number }
    /** Values by a label: what it may say comes from a table of ours, never from outside. */
    | { readonly label: string; readonly readEach: () => Readonly<Record<string, number>> };
}

/** Makes a series of Prometheus that reads its values at each scrape: counting it costs nothing. */
export function toMetric({ name, help, type, values }: ReadSeries): Metric {
  const config = { name, help, registers: [], labelNames: 'label' in values ? [values.label] : [] };
  const each = (set: (labels: Record<string, string>, value: number) => void): void => {
    if ('read' in values) return set({}, values.read());
    for (const [key, value] of Object.entries(values.readEach())) {
      set({ [values.label]: key }, value);
    }
  };
  if (type === 'gauge') {
    return new Gauge({
      ...config,
      collect() {
        each((labels, value) => this.set(labels, value));
      },
    });
  }
  return new Counter({
    ...config,
    collect() {
      this.reset();
      each((labels, value) => this.inc(labels, value));
    },
  });
}
