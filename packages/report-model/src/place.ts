import * as Y from 'yjs';
import { readFragments } from './fragment.ts';
import type { Fragment } from './fragment.ts';
import { displayOrder, displayPlaces } from './order.ts';
import { endSpot, insertMap, newId, setKey, spotIn } from './write.ts';
import type { Holder, Spot } from './write.ts';

/** A slot to be inserted: where, and whose. */
interface SlotPlan {
  readonly spot: Spot;
  readonly holder: Holder;
}

/** The holders of fragments in the order in which they are shown. */
export function shownHolders(fragments: readonly Fragment[]): Holder[] {
  return displayOrder(fragments).flatMap((index) => fragments[index]?.holder ?? []);
}

/**
 * Shows the fragments `moved`, in that order, before the fragment `before`, or last (D9). Writes slots
 * and keys only, no text. What follows a moved fragment in the text stays where it is seen.
 */
export function placeBefore(text: Y.Text, moved: readonly Holder[], before: Holder | null): void {
  const fragments = readFragments(text);
  const shown = shownHolders(fragments);
  const rest = shown.filter((holder) => !moved.includes(holder));
  const at = before === null ? rest.length : rest.indexOf(before);
  const wanted = rest.toSpliced(at, 0, ...moved);
  if (sameOrder(shown, wanted)) return;
  const layout = new Layout(text, fragments);
  const target = layout.target(before);
  const all = target.takesSlot && before !== null ? [...moved, before] : moved;
  // What follows the first fragment stays at its natural place; what follows another goes along with it.
  const leaving = before === text ? all : moved;
  const plans = layout.keep(new Set(leaving));
  for (const holder of layout.groupStarts(all)) plans.push({ spot: target.spot, holder });
  writeSlots(text, plans);
  settle(text, wanted);
}

/**
 * Makes sure that fragments are shown in the order wanted. Usually there is nothing to do; where the
 * keys are in a state our own operations do not leave behind, all that is out of place gets a slot at
 * the text's end.
 */
export function settle(text: Y.Text, wanted: readonly Holder[]): void {
  const fragments = readFragments(text);
  const shown = shownHolders(fragments);
  const wrong = shown.findIndex((holder, index) => holder !== wanted[index]);
  if (wrong === -1) return;
  const layout = new Layout(text, fragments);
  const rest = wanted.slice(wrong);
  const plans = layout.keep(new Set(rest));
  const spot = endSpot(text);
  for (const holder of rest) plans.push({ spot, holder });
  writeSlots(text, plans);
}

/**
 * Before the markers of `leaving` are deleted: gives what follows them in the text a place of its own
 * where it would otherwise be shown elsewhere.
 */
export function keepBefore(text: Y.Text, leaving: ReadonlySet<Holder>): void {
  const fragments = readFragments(text);
  writeSlots(text, new Layout(text, fragments).keepOnDelete(leaving));
}

function sameOrder(a: readonly Holder[], b: readonly Holder[]): boolean {
  return a.length === b.length && a.every((holder, index) => holder === b[index]);
}

/** Writes slots, those with the highest index first, so that the others' places stay true. */
function writeSlots(text: Y.Text, plans: readonly SlotPlan[]): void {
  const { doc } = text;
  if (!doc) return;
  const ordered = plans
    .map((plan, sequence) => ({ plan, sequence }))
    .toSorted((a, b) => b.plan.spot.index - a.plan.spot.index || b.sequence - a.sequence);
  for (const { plan } of ordered) {
    const id = newId(doc);
    insertMap(
      text,
      plan.spot,
      new Y.Map([
        ['inline', 'slot'],
        ['id', id],
      ]),
    );
    setKey(plan.holder, 'slot', id);
  }
}

/** A text's fragments with where each is shown: what moving needs to know. */
class Layout {
  readonly #text: Y.Text;
  readonly #fragments: readonly Fragment[];
  readonly #places: readonly (string | null)[];

  constructor(text: Y.Text, fragments: readonly Fragment[]) {
    this.#text = text;
    this.#fragments = fragments;
    this.#places = displayPlaces(fragments);
  }

  /** Where slots go so that they show before `before`, and whether it needs one itself behind them. */
  target(before: Holder | null): { spot: Spot; takesSlot: boolean } {
    if (before === null) return { spot: endSpot(this.#text), takesSlot: false };
    const index = this.#fragments.findIndex((fragment) => fragment.holder === before);
    const fragment = this.#fragments[index];
    const place = this.#places[index] ?? null;
    if (!fragment) return { spot: endSpot(this.#text), takesSlot: false };
    if (place !== null) {
      const isFirst = this.#places.indexOf(place) === index;
      return { spot: this.#slotSpot(place, !isFirst), takesSlot: !isFirst };
    }
    if (index === 0) return { spot: spotIn(fragment, 0), takesSlot: true };
    return {
      spot: { index: fragment.start - 1, attributes: fragment.attributes },
      takesSlot: false,
    };
  }

  /** Pins what follows fragments that are about to be shown elsewhere. */
  keep(leaving: ReadonlySet<Holder>): SlotPlan[] {
    return this.#pin((index) => {
      const before = this.#fragments[index - 1];
      const fragment = this.#fragments[index];
      return !!before && !!fragment && leaving.has(before.holder) && !leaving.has(fragment.holder);
    });
  }

  /** Pins what would come to follow a fragment that is shown elsewhere. */
  keepOnDelete(leaving: ReadonlySet<Holder>): SlotPlan[] {
    return this.#pin((index) => {
      const fragment = this.#fragments[index];
      if (!fragment || leaving.has(fragment.holder)) return false;
      let before = index - 1;
      while (before > 0 && leaving.has(this.#fragments[before]?.holder ?? fragment.holder))
        before -= 1;
      return before < index - 1 && this.#places[before] !== this.#places[index];
    });
  }

  /** Those of the fragments that do not simply follow the one before them in the list. */
  groupStarts(holders: readonly Holder[]): Holder[] {
    const starts: Holder[] = [];
    let previous = -2;
    for (const holder of holders) {
      const index = this.#fragments.findIndex((fragment) => fragment.holder === holder);
      if (index !== previous + 1 || !this.#follows(index)) starts.push(holder);
      previous = index;
    }
    return starts;
  }

  #pin(needsPin: (index: number) => boolean): SlotPlan[] {
    const plans: SlotPlan[] = [];
    for (const [index, fragment] of this.#fragments.entries()) {
      if (!this.#follows(index) || !needsPin(index)) continue;
      const place = this.#places[index] ?? null;
      if (place === null) setKey(fragment.holder, 'here', true);
      else plans.push({ spot: this.#slotSpot(place, true), holder: fragment.holder });
    }
    return plans;
  }

  /** Whether a fragment has no place of its own and is shown after the one before it. */
  #follows(index: number): boolean {
    const fragment = this.#fragments[index];
    if (!fragment || index === 0) return false;
    const place = this.#places[index] ?? null;
    if (place === null) return fragment.keys['here'] !== true;
    return fragment.keys['slot'] !== place;
  }

  /** The spot right before or right after the slot with an id. */
  #slotSpot(id: string, after: boolean): Spot {
    for (const fragment of this.#fragments) {
      let index = fragment.start;
      for (const piece of fragment.pieces) {
        if (piece.kind === 'hidden' && piece.map.get('id') === id) {
          return { index: after ? index + 1 : index, attributes: piece.attributes };
        }
        index +=
          piece.kind === 'text' ? piece.text.length : piece.kind === 'foreign' ? piece.length : 1;
      }
    }
    return endSpot(this.#text);
  }
}
