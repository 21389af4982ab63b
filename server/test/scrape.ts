/** What a node's `/metrics` says, by the name of each sample with its labels as they are written. */
export type Scrape = ReadonlyMap<string, number>;

/** Reads `/metrics` of a server. */
export async function scrape(url: string): Promise<Scrape> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}
