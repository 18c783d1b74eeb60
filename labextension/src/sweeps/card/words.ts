/**
 * A sweep's card in words.
 */

import type { ISweepSnapshot } from '../../wire';
import { sweepHandleOf } from '../words';

/** What a Python name may be. */
const NAME = /^[A-Za-z_]\w*$/;

/** Return the expression by which a notebook reaches the sweep: `digits_sweep`. */
export function expressionOf({ variable, row }: ISweepSnapshot): string {
  if (variable) {
    return variable;
  }
  const name = `${row.name.replaceAll('-', '_')}_sweep`;
  return NAME.test(name) ? name : sweepHandleOf(row);
}
