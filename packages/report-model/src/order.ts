import type { Fragment } from './fragment.ts';

/**
 * The order in which fragments are shown, as indices into `fragments` (D8, D9). A fragment is shown
 * where its slot stands; without a (living) slot it follows the fragment before it in the text, wherever
 * that is shown, unless it says `here`; else it stands at its own place. Every fragment comes exactly
 * once, whatever the keys say, and no cycle is possible: slots have places of their own, which do not
 * move with the fragment they stand in.
 */
export function displayOrder(fragments: readonly Fragment[]): number[] {
  const slots = slotIds(fragments);
  if (slots.size === 0) return fragments.map((_, index) => index);
  const shownAt = new Map<string, number[]>();
  const natural: boolean[] = [];
  let displaced: string | null = null;
  for (const [index, fragment] of fragments.entries()) {
    displaced = placeOf(fragment, slots, displaced, index);
    natural.push(displaced === null);
    if (displaced === null) continue;
    const group = shownAt.get(displaced);
    if (group) group.push(index);
    else shownAt.set(displaced, [index]);
  }
  const order: number[] = [];
  for (const [index, fragment] of fragments.entries()) {
    if (natural[index]) order.push(index);
    for (const id of slotsIn(fragment)) {
      order.push(...(shownAt.get(id) ?? []));
      shownAt.delete(id);
    }
  }
  return order;
}

/** The slot a fragment is shown at, or null for its own place. `before` is the same of the fragment before it. */
function placeOf(
  fragment: Fragment,
  slots: ReadonlySet<string>,
  before: string | null,
  index: number,
): string | null {
  const slot = fragment.keys['slot'];
  if (typeof slot === 'string' && slots.has(slot)) return slot;
  if (index === 0 || fragment.keys['here'] === true) return null;
  return before;
}

/** For every fragment the slot it is shown at, or null for its own place. */
export function displayPlaces(fragments: readonly Fragment[]): (string | null)[] {
  const slots = slotIds(fragments);
  const places: (string | null)[] = [];
  let before: string | null = null;
  for (const [index, fragment] of fragments.entries()) {
    before = placeOf(fragment, slots, before, index);
    places.push(before);
  }
  return places;
}

function slotIds(fragments: readonly Fragment[]): Set<string> {
  const ids = new Set<string>();
  for (const fragment of fragments) for (const id of slotsIn(fragment)) ids.add(id);
  return ids;
}

/** The ids of the slots that stand in a fragment's text, in order. */
export function slotsIn(fragment: Fragment): string[] {
  const ids: string[] = [];
  for (const piece of fragment.pieces) {
    if (piece.kind !== 'hidden') continue;
    const id = piece.map.get('id');
    if (typeof id === 'string' && piece.map.get('inline') === 'slot') ids.push(id);
  }
  return ids;
}
