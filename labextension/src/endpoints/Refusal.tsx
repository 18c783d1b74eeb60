/**
 * Why something could not be done, where it was asked for.
 */

import type { JSX } from 'react';

import { Icon } from '../icons';
import { Sentence } from '../runs/card/pieces';
import { said } from '../runs/card/text';

/** Show a refusal; its place stands before it does, so that it is read out. */
export function Refusal({ text, id }: { text: string; id?: string }): JSX.Element {
  return (
    <div role="status" id={id}>
      {text !== '' && (
        <p className="jm-Ep-refusal" data-s="failed">
          <Icon name="warning" size={12} />
          <span>
            <Sentence text={said(text)} longest={600} />
          </span>
        </p>
      )}
    </div>
  );
}
