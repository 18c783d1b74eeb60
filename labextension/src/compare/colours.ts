/**
 * Which colour a run has, in the table and in all charts.
 */

/** There are that many colours that can be told apart. */
export const COLOURS = 8;

/** From the fifth on a colour is helped by a dash. */
const DASHED = 4;

/** Gives colours to runs; one that has a colour keeps it as long as it stands out. */
export class Colours {
  /** Return the number of the colour of each run that stands out, in their order; all others are grey. */
  of(ids: readonly string[]): ReadonlyMap<string, number> {
    const chosen = ids.slice(0, COLOURS);
    const kept = new Map<string, number>();
    for (const id of chosen) {
      const colour = this._known.get(id);
      if (colour !== undefined) {
        kept.set(id, colour);
      }
    }
    const taken = new Set(kept.values());
    let next = 1;
    for (const id of chosen.filter(each => !kept.has(each))) {
      while (taken.has(next)) {
        next++;
      }
      taken.add(next);
      kept.set(id, next);
    }
    this._known = kept;
    return kept;
  }

  private _known: ReadonlyMap<string, number> = new Map();
}

/** Say whether a line of that colour has a dash. */
export function isDashed(colour: number): boolean {
  return colour > DASHED;
}

/** Return the runs that stand out: all if they are few, else those set against each other and selected, or the best. */
export function outstanding(
  order: readonly string[],
  a: string,
  b: string,
  selected: ReadonlySet<string>
): readonly string[] {
  if (order.length <= COLOURS) {
    return order;
  }
  const marked = [...new Set([a, b, ...selected])].filter(Boolean);
  return marked.length > 0 ? marked : order.slice(0, 1);
}
