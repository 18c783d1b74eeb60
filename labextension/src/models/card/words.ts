/**
 * A version's card in words.
 */

import type { IShownVersion } from '../tokens';
import { modelHandleOf, variableOf } from '../words';

/** Return the expression by which a notebook reaches the version: `digits_model`. */
export function expressionOf({ variable, row }: IShownVersion): string {
  return variable || (variableOf(row.model) ?? modelHandleOf(row.model, row.version));
}
